//! An index over the wire.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use std::time::Duration;

use chart_bump::BumpError;
use chart_bump::config::Source;
use chart_bump::source::{Index, Sources};
use problem::{Diagnose as _, ProblemRecord, Style, render};
use url::Url;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn fetch(address: &str, timeout: Duration) -> Result<Index, BumpError> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let source = Source::Helm { repository: Url::parse(address).unwrap(), chart: "binderhub".to_owned() };
    Sources::new(client, timeout).published(&source).await
}

async fn serves(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET")).and(path("/charts/index.yaml")).respond_with(answer).mount(&server).await;
    server
}

const SECONDS: Duration = Duration::from_secs(30);

#[tokio::test]
async fn the_index_lies_below_the_repository() {
    let server =
        serves(ResponseTemplate::new(200).set_body_string("entries: {binderhub: [{version: 1.2.3}]}\n"))
            .await;
    for repository in ["/charts", "/charts/"] {
        let index = fetch(&format!("{}{repository}", server.uri()), SECONDS).await.unwrap();
        assert_eq!(index.entries.len(), 1);
    }
}

#[tokio::test]
async fn every_bad_answer_has_its_own_code_and_no_password() {
    let answers = [
        (ResponseTemplate::new(404), "source.status", SECONDS),
        (ResponseTemplate::new(500), "source.status", SECONDS),
        (ResponseTemplate::new(200).set_body_string("<html>: <b>: x"), "source.broken_index", SECONDS),
        (
            ResponseTemplate::new(200).set_delay(Duration::from_secs(60)),
            "source.unreachable",
            Duration::from_millis(300),
        ),
    ];
    for (answer, code, timeout) in answers {
        let server = serves(answer).await;
        let address = format!("http://user:s3cret-word@{}/charts", server.address());
        let Err(error) = fetch(&address, timeout).await else { panic!("{code} is no error") };
        assert_eq!(error.code().as_str(), code);
        let text = render(&ProblemRecord::from_diagnose(&error), Style::Plain);
        assert!(text.contains("/charts/index.yaml") && !text.contains("s3cret-word"), "{text}");
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/charts", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(fetch(&address, SECONDS).await.unwrap_err().code().as_str(), "source.unreachable");
}

/// A body that breaks off could be read as a shorter index; nobody must take it for one.
#[tokio::test]
async fn a_body_that_breaks_off_is_no_shorter_index() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/charts", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut asked = [0; 2048];
        assert!(socket.read(&mut asked).await.unwrap() > 0);
        let begun =
            "HTTP/1.1 200 OK\r\ncontent-length: 4096\r\n\r\nentries:\n  binderhub:\n  - version: 1.2.3\n";
        socket.write_all(begun.as_bytes()).await.unwrap();
    });
    assert_eq!(fetch(&address, SECONDS).await.unwrap_err().code().as_str(), "source.unreachable");
    server.await.unwrap();
}
