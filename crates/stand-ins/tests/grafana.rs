//! Replays the recorded conversation with a real Grafana and compares every answer.
//!
//! Compared are status, `Content-Type`, `Location` and the text of the body, after four things of the
//! moment are named alike on both sides: times of the day of the recording (numbered by their first
//! appearance in an answer, so that equal times stay equal), the number of a refused access
//! (`ACE...`), tokens, and white space.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod support;

use base64::Engine as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use support::{Answer, Pods, ask, start};

/// The day of the recording in milliseconds; what is later is a time of that day.
const DAY: i64 = 1_795_000_000_000;

#[derive(Debug)]
struct Step {
    who: String,
    method: String,
    path: String,
    options: String,
    body: String,
    answers: Vec<Expected>,
    text: String,
}

#[derive(Debug, Default)]
struct Expected {
    status: u16,
    headers: Vec<(String, String)>,
}

/// The steps under the heading that starts with `title`.
fn steps(title: &str) -> Vec<Step> {
    let file = test_support::fixtures().join("grafana/grafana-10-annotations.md");
    let text = std::fs::read_to_string(file).unwrap();
    let section = text.split("\n### ").find(|section| section.starts_with(title)).unwrap();
    let transcript = section.split("```").nth(1).unwrap();
    transcript.split("\n> [").skip(1).map(step).collect()
}

fn step(block: &str) -> Step {
    let mut lines = block.lines();
    let (who, request) = lines.next().unwrap().split_once("] ").unwrap();
    let mut words = request.splitn(3, ' ');
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let rest = words.next().unwrap_or_default();
    let option =
        [" -H ", " -u ", " -L", " --location-trusted"].iter().filter_map(|mark| rest.find(mark)).min();
    let (body, options) = rest.split_at(option.unwrap_or(rest.len()));
    let body = body.trim().trim_start_matches("--data ").trim();
    let mut answers: Vec<Expected> = Vec::new();
    let mut text = String::new();
    for line in lines {
        let note =
            ["token shape", "found:", "stored length", "## "].iter().any(|mark| line.starts_with(mark));
        if let Some(status) = line.strip_prefix("< HTTP/1.1 ") {
            answers.push(Expected { status: status[..3].parse().unwrap(), headers: Vec::new() });
        } else if let Some((name, value)) = line.strip_prefix("< ").and_then(|header| header.split_once(": "))
        {
            answers.last_mut().unwrap().headers.push((name.to_owned(), value.to_owned()));
        } else if !note {
            text.push_str(line);
            text.push(' ');
        }
    }
    Step {
        who: who.to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        options: options.trim_start().to_owned(),
        body: whole(body),
        answers,
        text,
    }
}

/// Two request bodies are cut in the transcript; what is known of them is their start and length.
fn whole(body: &str) -> String {
    let Some((start, length)) = body.split_once("... (") else { return body.to_owned() };
    let length: usize = length.trim_end_matches(" bytes)").parse().unwrap();
    let body = if start.contains("yyy") {
        let tag = "y".repeat(120);
        format!(r#"{{"time":1700000000000,"tags":["{tag}"],"text":"one tag of 120 characters"}}"#)
    } else {
        let tags: Vec<String> = (1..=10).map(|n| format!("\"{n}{}\"", "x".repeat(50))).collect();
        let start = format!(r#"{{"time":1700000000000,"tags":[{}],"text":""#, tags.join(","));
        format!("{start}{}\"}}", "t".repeat(length - start.len() - 2))
    };
    assert!(body.starts_with(start) && body.len() == length, "{body} is not {start} with {length} bytes");
    body
}

/// A Grafana, and the clock it goes by.
struct Stage {
    address: SocketAddr,
    clock: Arc<AtomicI64>,
    tokens: Vec<String>,
}

impl Stage {
    async fn new(sub_path: &str, domain: Option<&str>) -> Self {
        let clock = Arc::new(AtomicI64::new(DAY + 5_000_000_000));
        let told = Arc::clone(&clock);
        // Each look at the clock is a little later than the one before.
        let now = move || jiff::Timestamp::from_millisecond(told.fetch_add(17, Ordering::Relaxed)).unwrap();
        let mut config = stand_ins::Config::new(now);
        config.grafana.sub_path = sub_path.to_owned();
        config.grafana.domain = domain.map(str::to_owned);
        config.grafana.tokens.clear();
        Self { address: start(config, Pods::default().client()).await, clock, tokens: Vec::new() }
    }

    fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    fn authorization(&self, step: &Step) -> Option<String> {
        let basic = |pair: &str| format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
        if let Some(pair) = step.options.strip_prefix("-u ") {
            return Some(basic(pair));
        }
        match step.who.as_str() {
            "admin" => Some(basic("admin:admin")),
            "editor" if step.body.contains("\"expired token\"") => Some(format!("Bearer {}", self.tokens[2])),
            "editor" => Some(format!("Bearer {}", self.tokens[0])),
            "viewer" => Some(format!("Bearer {}", self.tokens[1])),
            "wrong" => Some("Bearer glsa_wrong".to_owned()),
            "none" => None,
            other => panic!("nobody is called {other}"),
        }
    }

    /// Asks as the recorded client did, redirects followed where it followed them.
    async fn play(&mut self, step: &Step) -> Vec<Answer> {
        if step.body.contains("\"expired token\"") {
            self.pass(3);
        }
        if step.body.contains("6 s later") {
            self.pass(6);
        }
        let mut headers: Vec<String> =
            self.authorization(step).map(|value| format!("Authorization: {value}")).into_iter().collect();
        match step.options.strip_prefix("-H ") {
            Some(header) if header.ends_with(':') => {}
            Some(header) => headers.push(header.to_owned()),
            None => headers.push("Content-Type: application/json".to_owned()),
        }
        let mut answers = vec![ask(self.address, &step.method, &step.path, &headers, &step.body).await];
        if step.options.starts_with("-L") || step.options.starts_with("--location") {
            let location = url::Url::parse(answers[0].header("Location").unwrap()).unwrap();
            let trusted = step.options.starts_with("--location") || location.host_str() == Some("127.0.0.1");
            headers.retain(|header| trusted || !header.starts_with("Authorization"));
            let (host, port) = (location.host_str().unwrap(), location.port().unwrap());
            headers.push(format!("Host: {host}:{port}"));
            // A POST that is redirected becomes a GET.
            answers.push(ask(self.address, "GET", location.path(), &headers, "").await);
        }
        if step.path.ends_with("/tokens") {
            self.tokens.push(answers[0].json()["key"].as_str().unwrap().to_owned());
        }
        answers
    }

    fn compare(&self, step: &Step, answers: &[Answer]) {
        let what = format!("{} {} {} {}\n{answers:?}", step.who, step.method, step.path, step.body);
        assert_eq!(answers.len(), step.answers.len(), "{what}");
        for (answer, expected) in answers.iter().zip(&step.answers) {
            assert_eq!(answer.status, expected.status, "{what}");
            for name in ["Content-Type", "Location"] {
                let wanted =
                    expected.headers.iter().find(|(key, _)| key == name).map(|(_, value)| self.place(value));
                assert_eq!(answer.header(name), wanted.as_deref(), "{name} of {what}");
            }
        }
        let (seen, wanted) = (alike(&answers.last().unwrap().body), alike(&self.place(&step.text)));
        // One answer is cut in the transcript, in the middle of a word.
        let cut = wanted.ends_with("\"timeEn");
        assert!(seen == wanted || cut && seen.starts_with(&wanted), "{seen}\n{wanted}\n{what}");
    }

    fn place(&self, text: &str) -> String {
        let base = format!("http://{}", self.address);
        text.replace("BASE", &base).replace(":PORT", &format!(":{}", self.address.port()))
    }
}

/// Names what belongs to the moment.
fn alike(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut times: Vec<&str> = Vec::new();
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(next) = rest.chars().next() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let word =
            rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
        let iso = rest.as_bytes().get(19) == Some(&b'Z') && rest.as_bytes().get(10) == Some(&b'T');
        let used = if iso && digits == 4 {
            20
        } else if digits >= 13 && rest[..digits].parse::<i64>().is_ok_and(|time| time > DAY) {
            digits
        } else if rest.starts_with("ACE") || rest.starts_with("glsa_") || rest.starts_with("<token>") {
            out.push_str(if rest.starts_with("ACE") { "ACE" } else { "TOKEN" });
            rest = &rest[word.max(7)..];
            continue;
        } else {
            let used = digits.max(next.len_utf8());
            out.push_str(&rest[..used]);
            rest = &rest[used..];
            continue;
        };
        let time = &rest[..used];
        let number = times.iter().position(|known| *known == time).unwrap_or_else(|| {
            times.push(time);
            times.len() - 1
        });
        out.push_str(&format!("now#{number}"));
        rest = &rest[used..];
    }
    out.replace("\"<token>\"", "\"TOKEN\"")
}

async fn replay(title: &str, sub_path: &str, domain: Option<&str>, count: usize) {
    let steps = steps(title);
    assert_eq!(steps.len(), count, "requests under {title}");
    let mut stage = Stage::new(sub_path, domain).await;
    for step in &steps {
        let answers = stage.play(step).await;
        stage.compare(step, &answers);
    }
}

#[tokio::test]
async fn at_the_root_every_answer_is_the_recorded_one() {
    replay("PORT, no sub-path", "", None, 123).await;
}

#[tokio::test]
async fn below_a_sub_path_every_answer_is_the_recorded_one() {
    replay("SUBPATH=/grafana", "/grafana", None, 16).await;
}

#[tokio::test]
async fn with_an_enforced_domain_every_answer_is_the_recorded_one() {
    replay("enforce_domain", "", Some("grafana.example"), 5).await;
}

#[tokio::test]
async fn the_token_of_a_sandbox_writes_from_the_start() {
    let config = stand_ins::Config::new(|| jiff::Timestamp::UNIX_EPOCH);
    let token = config.grafana.tokens[0].key.clone();
    let address = start(config, Pods::default().client()).await;
    let headers = [format!("Authorization: Bearer {token}")];
    let body = r#"{"text":"hello","tags":["deployment-start"]}"#;
    let answer = ask(address, "POST", "/grafana/api/annotations", &headers, body).await;
    assert_eq!(answer.body, r#"{"id":1,"message":"Annotation added"}"#);
    let found = ask(address, "GET", "/grafana/api/annotations?tags=deployment-start", &headers, "").await;
    assert_eq!(found.json()[0]["avatarUrl"], "/grafana/public/img/user_profile.png");
}
