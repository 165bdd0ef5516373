//! What breaks on the wire, and what a call makes of it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use github_client::{Branch, Error, Patience, PullEdit, Repo};
use stand_ins::github::{Fault, GitHub};

use crate::{TOKEN, client, github, patient};

fn repo() -> Repo {
    "me/deploy".parse().unwrap()
}

fn ready(double: &GitHub) -> (Branch, Branch) {
    double.add_repository("me/deploy", &[("a", "1")]);
    double.push("me/deploy", "bump/hub", "change", "machine", &[("a", "2")]);
    ("bump/hub".parse().unwrap(), "main".parse().unwrap())
}

/// Breaks the first `times` requests.
fn first(double: &GitHub, times: usize, fault: Fault) -> Arc<AtomicUsize> {
    let seen = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&seen);
    double.break_by(move |_| (counter.fetch_add(1, Ordering::SeqCst) < times).then_some(fault));
    seen
}

#[tokio::test]
async fn a_limit_is_waited_for_and_nothing_is_done_twice() {
    for fault in [Fault::Limited { retry_after: 0 }, Fault::LimitedWithoutTime] {
        let (double, client) = github().await;
        let (head, base) = ready(&double);
        let seen = first(&double, 3, fault);
        client.open_pull(&repo(), &head, &base, "t", "b").await.unwrap();
        assert_eq!((seen.load(Ordering::SeqCst), double.pulls("me/deploy").len()), (4, 1));
    }
}

#[tokio::test]
async fn a_limit_beyond_the_time_of_the_call_is_told() {
    let double = GitHub::new(TOKEN);
    let (head, base) = ready(&double);
    let patience = Patience { total: Duration::from_secs(5), ..patient() };
    let client = client(&double, Some(TOKEN), patience).await;
    let seen = first(&double, usize::MAX, Fault::Limited { retry_after: 3600 });
    let error = client.open_pull(&repo(), &head, &base, "t", "b").await.unwrap_err();
    assert!(
        matches!(error, Error::RateLimited { wait: Some(wait), .. } if wait.as_secs() == 3600),
        "{error:?}"
    );
    assert_eq!((seen.load(Ordering::SeqCst), double.pulls("me/deploy").len()), (1, 0));
}

#[tokio::test]
async fn a_write_that_would_be_there_twice_is_sent_once() {
    for (fault, there) in [(Fault::BadGateway, 0), (Fault::BadGatewayAfter, 1), (Fault::CutAfter, 1)] {
        let (double, client) = github().await;
        let (head, base) = ready(&double);
        let seen = first(&double, 1, fault);
        let error = client.open_pull(&repo(), &head, &base, "t", "b").await.unwrap_err();
        assert!(error.is_unconfirmed(), "{error:?}");
        assert_eq!((seen.load(Ordering::SeqCst), double.pulls("me/deploy").len()), (1, there), "{fault:?}");
    }
}

#[tokio::test]
async fn reads_and_edits_are_sent_again() {
    for fault in [Fault::BadGateway, Fault::BadGatewayAfter, Fault::CutAfter] {
        let (double, client) = github().await;
        let (head, base) = ready(&double);
        client.open_pull(&repo(), &head, &base, "t", "b").await.unwrap();
        let seen = first(&double, 2, fault);
        let edit = PullEdit { title: Some("new".into()), ..PullEdit::default() };
        assert_eq!(client.edit_pull(&repo(), 1, &edit).await.unwrap().title, "new");
        assert_eq!(seen.load(Ordering::SeqCst), 3, "{fault:?}");
        first(&double, 2, fault);
        assert!(client.branch(&repo(), &head).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_server_that_never_answers_ends_in_time() {
    let double = GitHub::new(TOKEN);
    let (head, base) = ready(&double);
    let patience =
        Patience { total: Duration::from_secs(3), attempt: Duration::from_millis(200), ..patient() };
    let client = client(&double, Some(TOKEN), patience).await;
    double.break_by(|_| Some(Fault::Hang));
    let read = client.branch(&repo(), &head).await.unwrap_err();
    assert!(matches!(read, Error::Timeout { .. }), "{read:?}");
    let write = client.open_pull(&repo(), &head, &base, "t", "b").await.unwrap_err();
    assert!(write.is_unconfirmed(), "{write:?}");
}

#[tokio::test]
async fn the_page_of_a_proxy_is_no_answer() {
    let (double, client) = github().await;
    let (head, _) = ready(&double);
    double.break_by(|_| Some(Fault::Proxy));
    let error = client.branch(&repo(), &head).await.unwrap_err();
    assert_eq!(error.to_string(), "HTTP 200 with text/html is not GitHub's answer");
}

#[tokio::test]
async fn whoever_may_not_is_told_what_is_missing_and_the_token_stays_unsaid() {
    let double = GitHub::new("another token");
    double.add_reader("reader");
    let (head, base) = ready(&double);
    let wrong = client(&double, Some(TOKEN), patient()).await;
    let error = wrong.branch(&repo(), &head).await.unwrap_err();
    assert!(matches!(error, Error::Unauthorized { .. }), "{error:?}");
    let reader = client(&double, Some("reader"), patient()).await;
    assert!(reader.branch(&repo(), &head).await.unwrap().is_some());
    let error = reader.open_pull(&repo(), &head, &base, "t", "b").await.unwrap_err();
    assert!(matches!(error, Error::Forbidden { .. }), "{error:?}");
    for text in [format!("{error} {error:?}"), format!("{wrong:?} {reader:?}")] {
        assert!(!text.contains(TOKEN), "{text}");
    }
    let nobody = client(&double, None, patient()).await;
    assert!(nobody.branch(&repo(), &head).await.unwrap().is_some(), "public things are read without a token");
}

#[tokio::test]
async fn writes_go_out_one_at_a_time() {
    let double = GitHub::new(TOKEN);
    let (head, base) = ready(&double);
    let between = Duration::from_millis(60);
    let client = client(&double, Some(TOKEN), Patience { between_writes: between, ..patient() }).await;
    client.open_pull(&repo(), &head, &base, "t", "b").await.unwrap();
    let times = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&times);
    double.break_by(move |_| {
        log.lock().unwrap().push(std::time::Instant::now());
        None
    });
    let edit = PullEdit { title: Some("new".into()), ..PullEdit::default() };
    let (repo, other) = (repo(), client.clone());
    let edits = tokio::join!(
        client.edit_pull(&repo, 1, &edit),
        other.edit_pull(&repo, 1, &edit),
        client.edit_pull(&repo, 1, &edit)
    );
    assert!(edits.0.is_ok() && edits.1.is_ok() && edits.2.is_ok());
    let times = times.lock().unwrap();
    assert_eq!(times.len(), 3);
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= between), "{times:?}");
}
