//! Faults of the user's server, which is stopped in all of them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use e2e_probe::{Budgets, Component, Overall, Progress, Target, Verdict, verify};
use futures::StreamExt as _;

use crate::wire::{answer, answer_with, end, stream};
use crate::world::{STATUS, TOKEN, World, client};

fn hasty(budgets: &mut Budgets) {
    budgets.settle = Duration::from_millis(100);
    budgets.shutdown = Duration::from_millis(300);
}

#[tokio::test]
async fn a_server_that_is_used_and_left() {
    let seen = World::healthy().await.verify().await;
    assert_eq!(seen.report.verdict, Overall::Pass, "{seen:?}");
    assert_eq!(seen.report.image.as_deref(), Some("r/i:0cf6e6f"));
    let order =
        seen.wire.requests().into_iter().find(|request| request.line.contains("/api/shutdown")).unwrap();
    assert_eq!(order.line, "POST /user/a/api/shutdown HTTP/1.1");
    assert_eq!(order.header("authorization"), Some(format!("token {TOKEN}").as_str()));
    let open = seen.wire.requests().into_iter().find(|request| request.line.contains("/api/status")).unwrap();
    assert_eq!(open.header("authorization"), None);
}

#[tokio::test]
async fn each_fault_is_red_once_and_the_server_is_stopped() {
    type Answer = fn() -> Vec<crate::wire::Step>;
    #[rustfmt::skip]
    let table: &[(&str, &'static str, Answer, &str, &str, Component)] = &[
        ("open to all", "closed", || answer(200, "application/json", STATUS), "launch.open", "probe.open_server", Component::Server),
        ("route missing", "closed", || answer(404, "text/html", ""), "launch.open", "probe.route", Component::Hub),
        ("hub says not running", "closed", || answer(424, "text/html", ""), "launch.open", "probe.route", Component::Hub),
        ("route dead", "closed", || answer(502, "text/html", ""), "launch.open", "probe.route", Component::Hub),
        ("a page for everything", "closed", || answer(200, "text/html", "<html>"), "launch.open", "probe.route", Component::Hub),
        ("login", "closed", || answer_with(302, "Location: /hub/login\r\n", ""), "launch.open", "probe.auth", Component::Hub),
        ("token not accepted", "status", || answer(403, "application/json", "{}"), "launch.server", "probe.token", Component::Server),
        ("another backend", "status", || answer(200, "application/json", "[]"), "launch.server", "probe.route", Component::Hub),
        ("cannot be stopped", "shutdown", || answer(500, "text/html", ""), "launch.shutdown", "probe.cleanup", Component::Server),
        ("may not be stopped", "shutdown", || answer(403, "text/html", ""), "launch.shutdown", "probe.cleanup", Component::Server),
        ("does not stop", "status", || answer(200, "application/json", STATUS), "launch.shutdown", "probe.cleanup", Component::Server),
    ];
    let all = table.iter().map(async |(name, place, reply, check, code, component)| {
        let reply = *reply;
        let seen = World::healthy().await.with(place, move |_| reply()).with_budgets(hasty).verify().await;
        let failed = seen.failed_only(check, code);
        assert_eq!(failed.component, *component, "{name}: {failed}");
        assert!(seen.wire.count("POST") >= 1, "{name}: nobody stopped the server");
    });
    futures::future::join_all(all).await;
}

#[tokio::test]
async fn a_late_route_is_waited_for() {
    let world = World::healthy().await.with("closed", |before| match before {
        0 | 1 => answer(502, "text/html", ""),
        _ => answer(403, "application/json", "{}"),
    });
    let seen = world.verify().await;
    let check = seen.check("launch.open");
    assert_eq!((check.verdict, seen.code("launch.open")), (Verdict::Degraded, "probe.flaky"), "{seen:?}");
    assert_eq!(seen.check("launch.server").verdict, Verdict::Pass);
}

#[tokio::test]
async fn a_server_nobody_listens_for() {
    let world = World::healthy().await.with_budgets(hasty);
    // Nobody may listen on port 0.
    let ready = world.ready().replace(&world.url, "http://127.0.0.1:0");
    let seen = world.with("build", move |_| [stream([&ready]), vec![end()]].concat()).verify().await;
    let check = seen.failed_only("launch.open", "probe.refused");
    assert_eq!(check.component, Component::Network);
    // What could not be cleaned up is told, and is not a second red.
    let shutdown = seen.check("launch.shutdown");
    assert!(shutdown.seen.contains("got no answer"), "{shutdown}");
}

#[tokio::test]
async fn an_order_to_stop_that_was_obeyed_and_not_answered() {
    static STOPPED: AtomicBool = AtomicBool::new(false);
    let world = World::healthy().await.with("shutdown", |_| {
        STOPPED.store(true, Ordering::SeqCst);
        vec![crate::wire::Step::Reset]
    });
    let world = world.with("status", |_| match STOPPED.load(Ordering::SeqCst) {
        true => answer(424, "text/html", ""),
        false => answer(200, "application/json", STATUS),
    });
    let seen = world.verify().await;
    assert_eq!(seen.check("launch.shutdown").verdict, Verdict::Pass, "{seen:?}");
}

/// Runs until the launch is ready, and then hands the run over.
async fn until_ready(world: World) -> (crate::wire::Wire, e2e_probe::Verification) {
    let target = Target::BinderHub(world.target());
    let (wire, budgets) = world.start();
    let mut run = verify(client(), target, budgets);
    while let Some(progress) = run.next().await {
        if matches!(&progress, Progress::CheckDone(check) if check.name == "launch.ready") {
            return (wire, run);
        }
    }
    panic!("never ready");
}

#[tokio::test]
async fn a_dropped_run_stops_its_server() {
    let (wire, run) = until_ready(World::healthy().await).await;
    drop(run);
    for _ in 0..1000 {
        if wire.count("POST /user/a/api/shutdown") == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the server was left");
}

#[tokio::test]
async fn a_stopped_run_waits_for_it() {
    let (wire, run) = until_ready(World::healthy().await).await;
    run.stop().await;
    assert_eq!(wire.count("POST /user/a/api/shutdown"), 1);
}

#[tokio::test]
async fn a_run_that_ended_leaves_nothing_to_stop() {
    let world = World::healthy().await;
    let target = Target::BinderHub(world.target());
    let (wire, budgets) = world.start();
    let mut run = verify(client(), target, budgets);
    while run.next().await.is_some() {}
    run.stop().await;
    assert_eq!(wire.count("POST"), 1);
}
