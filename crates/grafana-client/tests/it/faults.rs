//! A wire that hangs, breaks and lies: nothing is written twice, and nothing hangs for ever.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use grafana_client::{Budget, Error, Grafana, Tags};
use problem::Diagnose as _;
use secrecy::SecretString;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::{TOKEN, a_region, an_outcome, grafana, patient};

/// What becomes of one request.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// It is obeyed and answered.
    Answered,
    /// It is obeyed, and the connection is reset instead of an answer.
    ResetAfterCommit,
    /// It is obeyed, and no answer ever comes.
    HangAfterCommit,
    /// It is not obeyed; somebody in front says so.
    Status(u16),
    /// An answer that is 200 and no Grafana's.
    LoginPage,
}

/// A small Grafana: it keeps what it obeyed, and its fates come in turn; the last one stays.
struct Small {
    url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    requests: Vec<String>,
    stored: Vec<String>,
    patched: usize,
}

impl Small {
    async fn start(fates: &'static [Fate]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            let mut turn = 0;
            while let Ok((stream, _)) = listener.accept().await {
                let fate = fates[turn.min(fates.len() - 1)];
                turn += 1;
                tokio::spawn(serve(stream, fate, Arc::clone(&shared)));
            }
        });
        Self { url, state }
    }

    fn requests(&self) -> Vec<String> {
        self.state.lock().unwrap().requests.clone()
    }

    fn stored(&self) -> usize {
        self.state.lock().unwrap().stored.len()
    }
}

async fn serve(mut stream: TcpStream, fate: Fate, state: Arc<Mutex<State>>) {
    let Some((line, body)) = request(&mut stream).await else { return };
    state.lock().unwrap().requests.push(line.clone());
    let obeyed = !matches!(fate, Fate::Status(_) | Fate::LoginPage);
    let answer = if obeyed { obey(&line, &body, &state) } else { String::new() };
    let (status, kind, answer) = match fate {
        Fate::Answered => (200, "application/json", answer),
        Fate::Status(status) => (status, "text/html", "<html>".into()),
        Fate::LoginPage => (200, "text/html", "<title>Grafana</title>".into()),
        Fate::HangAfterCommit => return std::future::pending().await,
        Fate::ResetAfterCommit => return stream.set_zero_linger().unwrap(),
    };
    let length = answer.len();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    let _ = stream.write_all((head + &answer).as_bytes()).await;
}

async fn request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    loop {
        let read = stream.read_buf(&mut bytes).await.ok()?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .to_lowercase()
                .split("content-length: ")
                .nth(1)
                .map_or(0, |rest| rest.lines().next().unwrap_or_default().trim().parse().unwrap());
            if body.len() >= length {
                let line = head.lines().next()?.rsplit_once(' ')?.0.to_owned();
                return Some((line, body.to_owned()));
            }
        }
        if read == 0 {
            return None;
        }
    }
}

fn obey(line: &str, body: &str, state: &Mutex<State>) -> String {
    let mut state = state.lock().unwrap();
    if line.starts_with("POST") {
        state.stored.push(body.to_owned());
        return format!(r#"{{"id":{},"message":"Annotation added"}}"#, state.stored.len());
    }
    if line.starts_with("PATCH") {
        state.patched += 1;
        return r#"{"message":"Annotation patched"}"#.into();
    }
    let rows: Vec<serde_json::Value> = state
        .stored
        .iter()
        .enumerate()
        .map(|(at, body)| {
            let mut row: serde_json::Value = serde_json::from_str(body).unwrap();
            row["id"] = (at + 1).into();
            row["timeEnd"] = row["time"].clone();
            row
        })
        .collect();
    serde_json::to_string(&rows).unwrap()
}

fn verbs(requests: &[String]) -> Vec<&str> {
    requests.iter().map(|line| line.split(' ').next().unwrap()).collect()
}

#[tokio::test]
async fn a_post_that_was_obeyed_and_not_answered_is_not_sent_again() {
    let small = Small::start(&[Fate::ResetAfterCommit, Fate::Answered]).await;
    let marker = grafana(&small.url, patient()).open(&a_region()).await.unwrap();
    assert_eq!(marker.id, 1);
    let requests = small.requests();
    assert_eq!(verbs(&requests), ["POST", "GET"]);
    assert!(requests[1].contains("tags=run%3Ar1"), "{requests:?}");
    assert_eq!(small.stored(), 1);
}

#[tokio::test]
async fn a_post_that_hangs_after_it_was_obeyed_is_found() {
    let small = Small::start(&[Fate::HangAfterCommit, Fate::Answered]).await;
    let budget = Budget { attempt: Duration::from_millis(1500), ..patient() };
    let marker = grafana(&small.url, budget).open(&a_region()).await.unwrap();
    assert_eq!((marker.id, small.stored()), (1, 1));
}

#[tokio::test]
async fn a_post_that_was_not_obeyed_is_sent_again() {
    let small = Small::start(&[Fate::Status(502), Fate::Status(503), Fate::Answered]).await;
    grafana(&small.url, patient()).open(&a_region()).await.unwrap();
    assert_eq!(verbs(&small.requests()), ["POST", "GET", "GET", "POST"]);
    assert_eq!(small.stored(), 1);
}

#[tokio::test]
async fn a_limit_on_requests_needs_no_search() {
    let small = Small::start(&[Fate::Status(429), Fate::Answered]).await;
    grafana(&small.url, patient()).open(&a_region()).await.unwrap();
    assert_eq!(verbs(&small.requests()), ["POST", "POST"]);
}

#[tokio::test]
async fn another_run_of_the_same_time_is_another_annotation() {
    let small = Small::start(&[Fate::Answered, Fate::Status(502), Fate::Answered]).await;
    let grafana = grafana(&small.url, patient());
    let other = Tags::parse(["deployment-start", "member:prod", "run:r0"]).unwrap();
    let other = grafana_client::Region::new(crate::at(1_700_000_000_000), other, "deploy prod").unwrap();
    assert_eq!(grafana.open(&other).await.unwrap().id, 1);
    assert_eq!(grafana.open(&a_region()).await.unwrap().id, 2);
}

#[tokio::test]
async fn an_unconfirmed_post_says_so_when_the_time_is_up() {
    let small = Small::start(&[Fate::HangAfterCommit]).await;
    let budget = Budget {
        total: Duration::from_millis(600),
        attempt: Duration::from_millis(200),
        pause: Duration::from_millis(10),
    };
    let error = grafana(&small.url, budget).open(&a_region()).await.unwrap_err();
    assert_eq!(error.code().as_str(), "grafana.unconfirmed");
    assert!(small.stored() <= 1, "sent again without a look");
}

#[tokio::test]
async fn a_close_is_repeated_until_it_is_answered() {
    let small =
        Small::start(&[Fate::Answered, Fate::ResetAfterCommit, Fate::Status(502), Fate::Answered]).await;
    let grafana = grafana(&small.url, patient());
    let marker = grafana.open(&a_region()).await.unwrap();
    grafana.close(&marker, &an_outcome()).await.unwrap();
    assert_eq!(verbs(&small.requests()), ["POST", "PATCH", "PATCH", "PATCH"]);
}

#[tokio::test]
async fn a_login_page_is_no_success() {
    let small = Small::start(&[Fate::LoginPage]).await;
    let grafana = grafana(&small.url, patient());
    for error in [
        grafana.open(&a_region()).await.unwrap_err(),
        grafana.find(&Tags::parse(["a"]).unwrap(), 1).await.unwrap_err(),
        grafana.health().await.unwrap_err(),
    ] {
        assert!(matches!(error, Error::NotGrafana { status: 200, .. }), "{error}");
    }
}

#[tokio::test]
async fn nobody_listening_is_said_without_the_token() {
    let error = grafana("http://127.0.0.1:0/", Budget { total: Duration::from_millis(100), ..patient() })
        .open(&a_region())
        .await
        .unwrap_err();
    // Nobody can have obeyed what was never sent.
    assert_eq!(error.code().as_str(), "grafana.connection");
    let record = problem::ProblemRecord::from_diagnose(&error);
    assert!(!format!("{error:?} {record:?}").contains(TOKEN));
}

#[tokio::test]
async fn a_client_that_follows_redirects_is_found_out() {
    let small = Small::start(&[Fate::Answered]).await;
    let to = small.url.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = request(&mut stream).await;
            let head = format!(
                "HTTP/1.1 301 X\r\nlocation: {to}api/annotations\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            let _ = stream.write_all(head.as_bytes()).await;
        }
    });
    let follows = crate::careless_client();
    let token = Some(SecretString::from(TOKEN));
    let grafana = Grafana::new(follows, url.parse().unwrap(), token, patient()).unwrap();
    let error = grafana.open(&a_region()).await.unwrap_err();
    assert!(matches!(error, Error::Redirected { .. }), "{error}");
    assert_eq!(small.stored(), 0);

    let error = crate::grafana(&url, patient()).open(&a_region()).await.unwrap_err();
    assert!(matches!(error, Error::Redirected { .. }), "{error}");
}
