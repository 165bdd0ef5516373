//! Launches over a real socket, compared with the recordings byte by byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod support;

use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use support::{Pods, open, pod, recorded, start};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// Recordings that name a launch of their own, the only ones that are not played unchanged.
const LAUNCHES: [&str; 4] = [
    "ready-after-real-build",
    "ready-found-image",
    "ready-rebuild-each-time-registry-400",
    "ready-slow-build-client-a",
];

/// A server that says nothing for so long never will: a test that waits for it is red, not stuck.
const PATIENCE: Duration = Duration::from_secs(20);

async fn member() -> SocketAddr {
    let pods = Pods::default();
    pods.set(vec![pod("binder", "x/binder:1"), pod("hub", "x/hub:1")]);
    let mut config = stand_ins::Config::new(|| jiff::Timestamp::UNIX_EPOCH);
    config.speed = 1000.0;
    start(config, pods.client()).await
}

async fn launch(address: SocketAddr, spec: &str) -> TcpStream {
    let accept = ["Accept: text/event-stream".to_owned()];
    open(address, "GET", &format!("/staging/binder/build/{spec}"), &accept, "").await
}

/// Reads until `length` bytes are there or the server closes.
async fn read(socket: &mut TcpStream, length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < length {
        match tokio::time::timeout(PATIENCE, socket.read_buf(&mut bytes)).await {
            Ok(Ok(more)) if more > 0 => {}
            // What is there shows how far it came.
            _ => break,
        }
    }
    bytes
}

/// Head and contents of the chunks; every chunk must be as long as its length line says.
fn chunks(bytes: &[u8]) -> (String, Vec<String>) {
    let text = std::str::from_utf8(bytes).unwrap();
    let (head, mut rest) = text.split_once("\r\n\r\n").unwrap();
    let mut contents = Vec::new();
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        contents.push(after[..length].to_owned());
        rest = after[length..].strip_prefix("\r\n").expect("a chunk ends with a line");
    }
    assert_eq!(rest, "");
    (head.to_owned(), contents)
}

fn ready(contents: &[String]) -> Value {
    let line =
        contents.iter().flat_map(|chunk| chunk.lines()).find(|line| line.contains(r#""phase": "ready""#));
    serde_json::from_str(line.unwrap().strip_prefix("data: ").unwrap()).unwrap()
}

#[tokio::test]
async fn every_recording_without_a_launch_is_played_unchanged() {
    let address = member().await;
    let mut played = 0;
    for entry in std::fs::read_dir(test_support::fixtures().join("binderhub")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if !std::fs::read(&path).unwrap().starts_with(b"# url ") || LAUNCHES.contains(&name.as_str()) {
            continue;
        }
        let (wanted, end) = recorded(&name);
        let mut socket = launch(address, &format!("gh/stand-ins/play/{name}")).await;
        assert!(read(&mut socket, wanted.len()).await == wanted, "{name} differs on the wire");
        if end.starts_with("server closed") {
            let closed = tokio::time::timeout(PATIENCE, socket.read(&mut [0])).await;
            assert!(matches!(closed, Ok(Ok(0))), "{name} is cut: {closed:?}");
        }
        played += 1;
    }
    assert_eq!(played, 17);
}

#[tokio::test]
async fn a_launch_differs_in_host_server_and_token_only() {
    let address = member().await;
    for name in LAUNCHES {
        let (wanted_head, wanted) = chunks(&recorded(name).0);
        let mut socket = launch(address, &format!("gh/stand-ins/play/{name}")).await;
        let mut bytes = Vec::new();
        let (head, seen) = loop {
            socket.read_buf(&mut bytes).await.unwrap();
            let text = String::from_utf8_lossy(&bytes);
            let ready =
                text.contains("\"ready\"") && text.ends_with("\n\n\r\n") || text.ends_with("0\r\n\r\n");
            if ready && (name != "ready-found-image" || text.ends_with("0\r\n\r\n")) {
                break chunks(&bytes);
            }
        };
        assert_eq!((head, seen.len()), (wanted_head, wanted.len()), "{name}");

        // Field by field: what differs in the last event is what belongs to this launch.
        let (new, old) = (ready(&seen), ready(&wanted));
        let differs: Vec<&String> =
            old.as_object().unwrap().keys().filter(|key| old[*key] != new[*key]).collect();
        assert_eq!(differs, ["message", "token", "binder_launch_host", "url"], "{name}");
        let url = new["url"].as_str().unwrap();
        assert!(url.starts_with(&format!("http://{address}/staging/hub/user/stand-ins-play-")), "{url}");
        assert_eq!(new["message"], format!("server running at {url}\n"));
        assert_eq!(new["binder_launch_host"], format!("http://{address}/staging/binder/"));
        assert_eq!(new["token"].as_str().unwrap().len(), old["token"].as_str().unwrap().len());

        // Chunk by chunk: with those fields put back, every byte is the recorded one.
        let old_url = old["url"].as_str().unwrap();
        let (path, old_path) =
            (url.split_at(url.find("/staging/").unwrap()).1, &old_url[old_url.find("/user/").unwrap()..]);
        let old_name = old_path.trim_matches('/').rsplit('/').next().unwrap();
        for (chunk, wanted) in seen.iter().zip(&wanted) {
            assert!(!chunk.contains(old_name), "{name} names the recorded server: {chunk}");
            let back = chunk
                .replace(url, old_url)
                .replace(path, old_path)
                .replace(new["token"].as_str().unwrap(), old["token"].as_str().unwrap())
                .replace(
                    new["binder_launch_host"].as_str().unwrap(),
                    old["binder_launch_host"].as_str().unwrap(),
                );
            assert_eq!(back, *wanted, "{name}");
        }
    }
}

#[tokio::test]
async fn a_failed_build_keeps_its_stream_open() {
    let address = member().await;
    let (wanted, _) = recorded("failed-build-exit3-stream-stays-open");
    let mut socket = launch(address, "gh/binderhub-ci-repos/build-fails/HEAD").await;
    assert_eq!(read(&mut socket, wanted.len()).await, wanted);
    // A stream that ended would be read to its end at once.
    let more = tokio::time::timeout(Duration::from_millis(200), socket.read(&mut [0])).await;
    assert!(more.is_err(), "{more:?}");
}

#[tokio::test]
async fn a_complete_stream_leaves_its_connection_usable() {
    use tokio::io::AsyncWriteExt as _;
    let address = member().await;
    let (wanted, _) = recorded("failed-unknown-repo");
    let mut socket = launch(address, "gh/no-such/repo/HEAD").await;
    assert_eq!(read(&mut socket, wanted.len()).await, wanted);
    let again = format!("GET /staging/binder/build/x HTTP/1.1\r\nHost: {address}\r\n\r\n");
    socket.write_all(again.as_bytes()).await.unwrap();
    let (wanted, _) = recorded("failed-missing-accept");
    assert_eq!(read(&mut socket, wanted.len()).await, wanted);
}

#[tokio::test]
async fn every_launch_has_a_server_and_a_token_of_its_own() {
    let address = member().await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let mut socket = launch(address, "gh/binder-examples/requirements/HEAD").await;
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"0\r\n\r\n") {
            assert!(socket.read_buf(&mut bytes).await.unwrap() > 0);
        }
        let event = ready(&chunks(&bytes).1);
        seen.push((event["url"].clone(), event["token"].clone()));
    }
    assert!(seen[0].0 != seen[1].0 && seen[0].1 != seen[1].1, "{seen:?}");
}
