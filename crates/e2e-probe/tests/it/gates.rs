//! The checks around a launch, and what they keep from being asked.

use std::time::Duration;

use e2e_probe::{BinderHub, Component, Expected, JupyterHub, Overall, Target, Verdict};

use crate::wire::{Step, answer, answer_with};
use crate::world::{HEALTH, World};

fn json(body: &'static str) -> Vec<Step> {
    answer(200, "application/json", body)
}

fn hasty(budgets: &mut e2e_probe::Budgets) {
    budgets.settle = Duration::from_millis(100);
    // Only for answers that never come; a loaded machine needs its time for the others.
    budgets.answer = Duration::from_secs(3);
}

fn expecting(world: &World, expected: Expected) -> Target {
    Target::BinderHub(BinderHub { expected, ..world.target() })
}

#[tokio::test]
async fn another_version_is_the_only_red_and_nothing_is_launched() {
    for expected in [
        Expected { binderhub: Some("1.0.1".into()), ..Expected::default() },
        Expected {
            build_image: Some("quay.io/jupyterhub/repo2docker:2026.5.0".into()),
            ..Expected::default()
        },
    ] {
        let world = World::healthy().await.with_budgets(hasty);
        let target = expecting(&world, expected);
        let seen = world.verify_as(target).await;
        let check = seen.failed_only("binder.versions", "probe.version");
        assert!(check.wanted.is_some() && check.seen.contains("binderhub 1.0.0"), "{check}");
        assert_eq!(seen.wire.count("/build/"), 0);
        assert_eq!(seen.check("launch.shutdown").skipped_by, Some("binder.versions"));
    }
}

#[tokio::test]
async fn the_deployed_versions_pass() {
    let world = World::healthy().await;
    let expected = Expected {
        binderhub: Some("1.0.0".into()),
        build_image: Some("quay.io/jupyterhub/repo2docker:2026.4.0".into()),
        jupyterhub: Some("6.1.1".into()),
    };
    let target = Target::BinderHub(BinderHub { expected, page: true, ..world.target() });
    let seen = world.verify_as(target).await;
    assert_eq!(seen.report.verdict, Overall::Pass, "{seen:?}");
    assert!(seen.report.checks.iter().all(|check| check.verdict == Verdict::Pass), "{seen:?}");
    assert_eq!(seen.report.checks.len(), 9);
}

#[tokio::test]
async fn an_old_pod_that_answers_for_a_moment_is_waited_out() {
    let world = World::healthy().await.with("versions", |before| match before {
        0 => json(r#"{"binderhub": "0.9.0"}"#),
        1 => answer(503, "text/html", ""),
        _ => json(r#"{"binderhub": "1.0.0"}"#),
    });
    let target = expecting(&world, Expected { binderhub: Some("1.0.0".into()), ..Expected::default() });
    let seen = world.verify_as(target).await;
    let check = seen.check("binder.versions");
    assert_eq!(check.verdict, Verdict::Degraded);
    assert!(check.seen.contains("before that: binderhub 0.9.0"), "{check}");
}

#[tokio::test]
async fn faults_around_the_launch() {
    type Answer = fn() -> Vec<Step>;
    #[rustfmt::skip]
    let table: &[(&str, &'static str, Answer, &str, &str, Component)] = &[
        ("binder down", "versions", || answer(502, "text/html", ""), "binder.versions", "probe.http_status", Component::Ingress),
        ("binder hangs", "versions", || vec![Step::Hang], "binder.versions", "probe.timeout", Component::Network),
        ("a page for versions", "versions", || answer(200, "text/html", "<html>"), "binder.versions", "probe.schema", Component::Binder),
        ("other JSON", "versions", || json("[]"), "binder.versions", "probe.schema", Component::Binder),
        ("registry down, 503", "health", || answer(503, "application/json", r#"{"ok": false, "checks": [{"service": "Docker registry", "ok": false}]}"#), "binder.health", "probe.registry", Component::Registry),
        ("registry down, 200", "health", || json(r#"{"ok": false, "checks": [{"service": "Docker registry", "ok": false}]}"#), "binder.health", "probe.registry", Component::Registry),
        ("a page for health", "health", || answer(200, "text/html", "<html>"), "binder.health", "probe.schema", Component::Binder),
        ("ingress for health", "health", || answer(503, "text/html", "<html>"), "binder.health", "probe.http_status", Component::Ingress),
        ("health hangs", "health", || vec![Step::Hang], "binder.health", "probe.timeout", Component::Network),
        ("health in circles", "health", || answer_with(302, "Location: /health\r\n", ""), "binder.health", "probe.redirect", Component::Ingress),
        ("hub down", "hub/api/health", || answer(503, "text/html", ""), "hub.health", "probe.hub", Component::Hub),
        ("hub hangs", "hub/api/health", || vec![Step::Hang], "hub.health", "probe.timeout", Component::Network),
        ("hub is another page", "hub/api/", || answer(200, "text/html", "<html>"), "hub.api", "probe.schema", Component::Hub),
    ];
    let all = table.iter().map(async |(name, place, reply, check, code, component)| {
        let reply = *reply;
        let seen = World::healthy().await.with(place, move |_| reply()).with_budgets(hasty).verify().await;
        let failed = seen.failed_only(check, code);
        assert_eq!(failed.component, *component, "{name}: {failed}");
        assert_eq!(seen.wire.count("/build/"), 0, "{name}: launched all the same");
        assert_eq!(seen.check("launch.ready").skipped_by, Some(failed.name), "{name}");
    });
    futures::future::join_all(all).await;
}

#[tokio::test]
async fn one_sick_sample_of_three_is_no_failure() {
    let world = World::healthy().await.with("health", |before| match before {
        0 => json(r#"{"ok": false, "checks": [{"service": "JupyterHub API", "ok": false}]}"#),
        _ => json(HEALTH),
    });
    let seen = world.verify().await;
    assert_eq!(seen.check("binder.health").verdict, Verdict::Degraded, "{seen:?}");
    assert_eq!(seen.check("launch.ready").verdict, Verdict::Pass);
    assert_eq!(seen.wire.count("binder/health"), 3);
}

#[tokio::test]
async fn a_full_house_is_degraded_and_still_tried() {
    let full = r#"{"ok": true, "checks": [{"service": "Pod quota", "total_pods": 21, "quota": 20, "ok": false, "_ignore_failure": true}]}"#;
    let seen = World::healthy().await.with("health", move |_| json(full)).verify().await;
    let check = seen.check("binder.health");
    assert_eq!((check.verdict, check.component), (Verdict::Degraded, Component::Capacity));
    assert!(check.seen.contains("21 of 20 pods"), "{check}");
    assert_eq!(seen.check("launch.ready").verdict, Verdict::Pass);
}

#[tokio::test]
async fn an_older_hub_has_its_health_elsewhere() {
    let world = World::healthy()
        .await
        .with("hub/api/health", |_| answer(404, "text/html", ""))
        .with("hub/health", |_| answer(200, "text/html", ""));
    let seen = world.verify().await;
    assert_eq!(seen.check("hub.health").verdict, Verdict::Pass, "{seen:?}");
}

#[tokio::test]
async fn what_is_not_given_is_skipped_by_name() {
    let world = World::healthy().await;
    let target = BinderHub { hub: None, launch: None, ..world.target() };
    let seen = world.verify_as(Target::BinderHub(target)).await;
    assert_eq!(seen.report.verdict, Overall::Pass);
    assert_eq!(seen.report.checks.len(), 9);
    for name in [
        "hub.health",
        "hub.api",
        "binder.page",
        "launch.ready",
        "launch.open",
        "launch.server",
        "launch.shutdown",
    ] {
        let check = seen.check(name);
        assert_eq!((check.verdict, check.skipped_by), (Verdict::Skipped, None), "{check}");
    }
}

#[tokio::test]
async fn a_page_without_its_script() {
    let world = World::healthy().await.with("script", |_| answer(404, "text/html", ""));
    let target = BinderHub { page: true, ..world.target() };
    let seen = world.verify_as(Target::BinderHub(target)).await;
    seen.failed_only("binder.page", "probe.ui_assets");
    assert_eq!(seen.check("launch.ready").verdict, Verdict::Pass);
}

#[tokio::test]
async fn a_hub_without_a_binder() {
    let hub = |world: &World, version: &str| {
        let hub = format!("{}/staging", world.url).parse().unwrap();
        Target::JupyterHub(JupyterHub { hub, version: Some(version.into()) })
    };
    let world = World::healthy().await;
    let target = hub(&world, "6.1.1");
    let seen = world.verify_as(target).await;
    assert_eq!((seen.report.verdict, seen.report.checks.len()), (Overall::Pass, 2), "{seen:?}");

    let world = World::healthy().await.with_budgets(hasty);
    let target = hub(&world, "5.0.0");
    let seen = world.verify_as(target).await;
    seen.failed_only("hub.api", "probe.version");
}
