//! Faults of a launch stream that nobody recorded.

use std::time::Duration;

use e2e_probe::{Component, Overall, Phase, Verdict};

use crate::wire::{Step, answer, answer_with, chunk, end, stream};
use crate::world::{LAUNCHING, World};

const WAITING: &str = "data: {\"phase\": \"waiting\", \"message\": \"Waiting for build to start...\\n\"}\n\n";

/// A launch that says this and never reaches an end.
fn endless(events: &[&str]) -> Vec<Step> {
    let mut steps = stream(events);
    steps.push(Step::Hang);
    steps
}

#[tokio::test]
async fn answers_that_are_no_stream() {
    #[rustfmt::skip]
    let table: Vec<(&str, Vec<Step>, Verdict, &str, Component)> = vec![
        ("502", answer(502, "text/html", "<html>"), Verdict::Fail, "probe.http_status", Component::Ingress),
        ("500", answer(500, "text/html", "<html>"), Verdict::Fail, "probe.http_status", Component::Binder),
        ("404", answer(404, "text/html", "<html>"), Verdict::Fail, "probe.http_status", Component::Binder),
        ("403", answer(403, "text/html", "<html>"), Verdict::Fail, "probe.auth", Component::Binder),
        ("429", answer(429, "text/html", ""), Verdict::Inconclusive, "probe.rate_limit", Component::Ingress),
        ("page", answer(200, "text/html", "<html>"), Verdict::Fail, "probe.content_type", Component::Ingress),
        ("no type", answer_with(200, "", "x"), Verdict::Fail, "probe.content_type", Component::Ingress),
        ("login", answer_with(302, "Location: /hub/login?next=/secret\r\n", ""), Verdict::Fail, "probe.auth", Component::Ingress),
        ("loop", answer_with(302, "Location: /staging/binder/build/gh/o/r/HEAD\r\n", ""), Verdict::Fail, "probe.redirect", Component::Ingress),
        ("reset", vec![Step::Reset], Verdict::Fail, "probe.cut", Component::Ingress),
    ];
    for (name, steps, verdict, code, component) in table {
        let seen = World::healthy().await.with("build", move |_| steps.clone()).verify().await;
        let check = seen.check("launch.ready");
        assert_eq!(
            (check.verdict, seen.code("launch.ready"), check.component),
            (verdict, code, component),
            "{name}: {seen:?}"
        );
        assert!(!check.to_string().contains("secret"), "{name}: a query is not shown");
    }
}

#[tokio::test]
async fn streams_that_do_not_end() {
    type Change = fn(&mut e2e_probe::Budgets);
    type Case = (&'static str, Vec<Step>, Change, &'static str, Component, Option<Phase>);
    let silence: Change = |budgets| budgets.silence = Duration::from_secs(2);
    let launching: Change = |budgets| budgets.launching = Duration::from_secs(1);
    let launch: Change = |budgets| budgets.launch = Duration::from_secs(2);
    let keepalives = |events: &[&str]| {
        let mut steps = stream(events);
        steps.push(Step::Repeat(chunk(b":keepalive\n\n"), Duration::from_millis(20)));
        steps
    };
    #[rustfmt::skip]
    let table: Vec<Case> = vec![
        ("no head", vec![Step::Hang], silence, "probe.silent", Component::Ingress, None),
        ("head only", endless(&[]), silence, "probe.silent", Component::Ingress, None),
        ("silent after waiting", endless(&[WAITING]), silence, "probe.silent", Component::Ingress, Some(Phase::Waiting)),
        ("keepalives, launching", keepalives(&[WAITING, LAUNCHING]), launching, "probe.too_slow", Component::Hub, Some(Phase::Launching)),
        ("keepalives, all", keepalives(&[WAITING]), launch, "probe.too_slow", Component::Binder, Some(Phase::Waiting)),
    ];
    let all = table.into_iter().map(async |(name, steps, change, code, component, phase)| {
        let world = World::healthy().await.with("build", move |_| steps.clone()).with_budgets(change);
        let seen = world.verify().await;
        let check = seen.failed_only("launch.ready", code);
        assert_eq!((check.component, check.phase), (component, phase), "{name}: {check}");
        assert_eq!(seen.wire.count("/build/"), 1, "{name}: a launch that hangs is not asked for again");
    });
    futures::future::join_all(all).await;
}

#[tokio::test]
async fn ends_without_ready_or_failed() {
    let truncated = [stream([WAITING, LAUNCHING]), vec![end()]].concat();
    let seen = World::healthy().await.with("build", move |_| truncated.clone()).verify().await;
    let check = seen.failed_only("launch.ready", "probe.truncated");
    assert_eq!(check.last_lines, ["Waiting for build to start...", "Launching server..."]);
    assert_eq!(seen.wire.count("/build/"), 1, "a proper end is BinderHub's own word");

    let half =
        [stream([LAUNCHING, "data: {\"phase\": \"ready\", \"token\": \"hunter2"]), vec![end()]].concat();
    let seen = World::healthy().await.with("build", move |_| half.clone()).verify().await;
    let check = seen.failed_only("launch.ready", "probe.truncated");
    assert!(check.seen.contains("bytes of an unfinished event"), "{check}");
    assert!(!format!("{:?}", seen.all).contains("hunter2"));

    let reset = [stream([LAUNCHING]), vec![Step::Pause(Duration::from_millis(50)), Step::Reset]].concat();
    let seen = World::healthy().await.with("build", move |_| reset.clone()).verify().await;
    assert!(seen.failed_only("launch.ready", "probe.cut").seen.contains("while launching"));
    assert_eq!(seen.wire.count("/build/"), 2);
}

#[tokio::test]
async fn odd_streams_that_still_work() {
    let long = format!("data: {{\"phase\": \"building\", \"message\": \"{}\"}}\n\n", "x".repeat(8 << 20));
    let attempts =
        "data: {\"phase\": \"launching\", \"message\": \"Launch attempt 3 failed, retrying...\\n\"}\n\n";
    let bytes = |text: &str| text.as_bytes().to_vec();
    #[rustfmt::skip]
    let table: Vec<(&str, Vec<Vec<u8>>, Verdict, &str)> = vec![
        ("bad UTF-8", vec![b"data: {\"phase\": \"building\", \"message\": \"\xff\xfe\"}\n\n".to_vec()], Verdict::Pass, ""),
        ("no JSON", vec![bytes("data: {\"phase\n\n")], Verdict::Degraded, "probe.protocol"),
        ("too long", vec![long.into_bytes()], Verdict::Degraded, "probe.protocol"),
        ("byte order mark", vec![bytes("\u{feff}data: {\"phase\": \"waiting\"}\n\n")], Verdict::Pass, ""),
        ("carriage returns", vec![bytes("data: {\"phase\": \"Building\"}\r\r:keepalive\r\n\r\n")], Verdict::Pass, ""),
        ("hub tried again", vec![bytes(attempts)], Verdict::Degraded, "probe.flaky"),
    ];
    for (name, mut events, verdict, code) in table {
        let world = World::healthy().await;
        events.push(world.ready().into_bytes());
        let seen = world.with("build", move |_| [stream(&events), vec![Step::Hang]].concat()).verify().await;
        let check = seen.check("launch.ready");
        assert_eq!((check.verdict, seen.code("launch.ready")), (verdict, code), "{name}: {seen:?}");
        assert_eq!(seen.check("launch.shutdown").verdict, Verdict::Pass, "{name}");
    }
}

#[tokio::test]
async fn an_event_in_pieces_of_one_byte() {
    let world = World::healthy().await;
    let pieces: Vec<Vec<u8>> = world.ready().bytes().map(|byte| vec![byte]).collect();
    let seen = world.with("build", move |_| [stream(&pieces), vec![end()]].concat()).verify().await;
    assert_eq!(seen.report.verdict, Overall::Pass, "{seen:?}");
}

#[tokio::test]
async fn a_502_once_is_remembered() {
    let world = World::healthy().await;
    let ready = world.ready();
    let world = world.with("build", move |before| match before {
        0 => answer(502, "text/html", ""),
        _ => [stream([&ready]), vec![end()]].concat(),
    });
    let seen = world.verify().await;
    assert_eq!(seen.report.verdict, Overall::Degraded);
    assert!(seen.check("launch.ready").seen.contains("before that: HTTP 502"), "{seen:?}");
}

#[tokio::test]
async fn another_repository_fails_and_its_server_is_stopped() {
    let world = World::healthy().await;
    let mut target = world.target();
    target.launch = Some("gh/o/other/HEAD".parse().unwrap());
    let seen = world.verify_as(e2e_probe::Target::BinderHub(target)).await;
    let check = seen.failed_only("launch.ready", "probe.wrong_content");
    assert!(check.seen.contains("stopped"), "{check}");
    assert_eq!(seen.wire.count("/api/shutdown"), 1);
}

#[tokio::test]
async fn the_request_is_what_binderhub_asks_for() {
    let seen = World::healthy().await.verify().await;
    let build = seen.wire.requests().into_iter().find(|request| request.line.contains("/build/")).unwrap();
    assert_eq!(build.line, "GET /staging/binder/build/gh/o/r/HEAD HTTP/1.1");
    assert_eq!(build.header("accept"), Some("text/event-stream"));
}
