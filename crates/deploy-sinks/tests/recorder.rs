//! What reaches the surfaces, and what never does.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first surprise")]

use std::io::Write;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use camino::Utf8PathBuf;
use deploy_events::{Event, Kind, Outcome, Reader, Scope, Stage, Timeline};
use deploy_sinks::{Error, JsonLines, LogFile, PROBLEMS, Plain, Recorder, Sink};
use jiff::Timestamp;
use problem::{Code, Diagnose, ProblemRecord, Style};

/// A stream that a test can read afterwards.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// A clock that a test moves, in seconds.
fn recorder() -> (Recorder, Arc<AtomicI64>) {
    let time = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&time);
    let read = move || Timestamp::from_second(1_800_000_000 + clock.load(Ordering::SeqCst)).unwrap();
    (Recorder::new("r1".parse().unwrap(), Box::new(read)), time)
}

fn started() -> Kind {
    let member = "staging".parse().unwrap();
    Kind::RunStarted {
        command: "up".into(),
        targets: vec![],
        members: vec![member],
        who: "ada".into(),
        commit: None,
    }
}

fn warning(text: &str) -> Kind {
    Kind::Warning {
        problem: ProblemRecord::new(Code::new("test.warning"), text).with_cause(text).with_help(text),
    }
}

#[tokio::test]
async fn a_masked_value_reaches_no_surface_and_no_timeline() {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().join("log.jsonl")).unwrap();
    let (recorder, _) = recorder();
    let (plain, json) = (Shared::default(), Shared::default());
    recorder.attach("log", LogFile::create(&path).unwrap());
    recorder.attach("plain", Plain::new(plain.clone()));
    recorder.attach("json", JsonLines::new(json.clone()));
    recorder.set_mask(Arc::new(|text| text.replace("planted-secret", "***")));
    recorder.emit(&Scope::run(), started());
    recorder.emit(&Scope::run(), warning("the token planted-secret is refused"));
    recorder.emit(&Scope::run(), Kind::RunFinished { outcome: Outcome::FailedBefore });
    let timeline = recorder.finish().await;
    let everything =
        [plain.text(), json.text(), std::fs::read_to_string(&path).unwrap(), format!("{timeline:?}")];
    for text in &everything {
        assert!(!text.contains("planted-secret"), "{text}");
    }
    assert!(plain.text().contains("the token *** is refused"), "{}", plain.text());
}

#[tokio::test]
async fn every_surface_sees_every_event_in_order_without_a_gap() {
    let (recorder, _) = recorder();
    let out = Shared::default();
    recorder.attach("json", JsonLines::new(out.clone()));
    recorder.emit(&Scope::run(), started());
    for number in 0..1000 {
        recorder.emit(&Scope::run(), warning(&number.to_string()));
    }
    let timeline = recorder.finish().await;
    let events: Vec<Event> = Reader::new(&out.text()).collect::<Result<_, _>>().unwrap();
    assert!(events.iter().enumerate().all(|(at, event)| event.seq == at as u64));
    let mut replayed = Timeline::default();
    events.iter().for_each(|event| replayed.fold(event));
    assert_eq!(replayed, timeline);
}

/// A surface that breaks at its first event.
struct Broken;
impl Sink for Broken {
    fn take(&mut self, _: &Timeline, _: &Event) -> Result<(), Error> {
        Err(Error::Stream { name: "broken", source: std::io::Error::other("gone") })
    }
}

#[tokio::test]
async fn a_broken_surface_is_told_to_the_others_once() {
    let (recorder, _) = recorder();
    let out = Shared::default();
    recorder.attach("broken", Broken);
    recorder.attach("json", JsonLines::new(out.clone()));
    for _ in 0..3 {
        recorder.emit(&Scope::run(), warning("go on"));
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    recorder.finish().await;
    assert_eq!(out.text().matches("sink.lagging").count(), 1, "{}", out.text());
}

#[tokio::test]
async fn half_a_minute_of_silence_is_broken_by_what_is_not_ready() {
    let (recorder, time) = recorder();
    let out = Shared::default();
    recorder.attach("plain", Plain::new(out.clone()));
    recorder.emit(&Scope::run(), started());
    let member = Scope::member(&"staging".parse().unwrap());
    recorder.emit(&member.at(Stage::Rollout), Kind::StageStarted);
    for second in 1..=70 {
        time.store(second, Ordering::SeqCst);
        recorder.emit(&Scope::run(), Kind::Tick);
    }
    recorder.finish().await;
    let reminders: Vec<String> = out.text().lines().skip(1).map(str::to_owned).collect();
    assert_eq!(reminders, ["staging rollout 30.0 s", "staging rollout 1 min 00 s"]);
}

#[test]
fn every_error_says_what_where_and_what_next() {
    let gone = || std::io::Error::other("gone");
    let errors = [
        Error::LogFile { path: "run.jsonl".into(), source: gone() },
        Error::Stream { name: "plain", source: gone() },
        Error::Lagging { name: "terminal".into() },
    ];
    let codes: Vec<_> = errors.iter().map(Diagnose::code).collect();
    assert_eq!(codes, PROBLEMS.iter().map(|entry| entry.code).collect::<Vec<_>>());
    let said: Vec<String> =
        errors.iter().map(|e| problem::render(&ProblemRecord::from_diagnose(e), Style::Plain)).collect();
    insta::assert_snapshot!(said.join("\n\n"));
}
