//! The waiter against a real API server with real controllers; only the kubelets are simulated.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod home;

use std::time::Duration;

use futures::StreamExt as _;
use home::Home;
use problem::Diagnose as _;
use rollout_waiter::{Cause, Error, Finding, Policy, Snapshot, State, Verdict, wait};
use sandbox::{AuditLog, Effect, Request};
use serde_json::{Value, json};

const DEPLOYMENTS: &str = "/apis/apps/v1/deployments";

fn template(tag: &str, name: &str) -> Value {
    json!({
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [{"name": "app", "image": format!("registry.example/app:{tag}"),
            "readinessProbe": {"tcpSocket": {"port": 8080}, "periodSeconds": 1}}]},
    })
}

fn workload(kind: &str, name: &str, tag: &str, replicas: i64) -> Value {
    let mut object = json!({
        "apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": template(tag, name)},
    });
    if kind != "DaemonSet" {
        object["spec"]["replicas"] = json!(replicas);
    }
    if kind == "StatefulSet" {
        object["spec"]["serviceName"] = json!(name);
    }
    object
}

/// Long enough for a slow machine, short enough to see that nothing decided.
fn patient() -> Policy {
    Policy { deadline: Duration::from_secs(180), ..Policy::default() }
}

fn finding(snapshot: &Snapshot) -> &Finding {
    assert_eq!(snapshot.state, State::Failed, "{snapshot:?}");
    snapshot.culprit().unwrap().finding.as_ref().unwrap()
}

#[tokio::test]
async fn every_kind_gets_ready() {
    let Some(home) = Home::or_skip("every_kind_gets_ready").await else { return };
    home.create(DEPLOYMENTS, &workload("Deployment", "web", "1.0", 2)).await;
    home.create("/apis/apps/v1/statefulsets", &workload("StatefulSet", "db", "1.0", 2)).await;
    home.create("/apis/apps/v1/daemonsets", &workload("DaemonSet", "agent", "1.0", 1)).await;
    let mut pods = template("1.0", "migrate");
    pods["spec"]["restartPolicy"] = json!("Never");
    let job = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "migrate"}, "spec": {"template": pods}});
    home.create("/apis/batch/v1/jobs", &job).await;
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}});
    home.create("/api/v1/services", &service).await;
    let release = [
        ("Deployment", "web"),
        ("StatefulSet", "db"),
        ("DaemonSet", "agent"),
        ("Job", "migrate"),
        ("Service", "web"),
    ];
    let snapshots: Vec<_> = wait(home.client(), home.release(&release), patient()).collect().await;
    let last = snapshots.last().unwrap().as_ref().unwrap();
    assert_eq!(last.state, State::Ready, "{last:?}");
    assert_eq!(last.objects.len(), 5);
    assert!(
        last.objects.iter().all(|it| it.verdict == Verdict::Ready && it.progress.have == it.progress.want)
    );
    let whole = home.wait(rollout_waiter::Scope::namespace(home.namespace.clone()), patient()).await;
    assert_eq!((whole.state, whole.objects.len()), (State::Ready, 4));
    home.remove().await;
}

#[tokio::test]
async fn a_crash_loop_is_named_with_pod_and_container() {
    let Some(home) = Home::or_skip("a_crash_loop_is_named_with_pod_and_container").await else { return };
    let mut web = workload("Deployment", "web", "1.0-crash-loop", 1);
    let log = "starting\nfatal: no database";
    web["spec"]["template"]["metadata"]["annotations"] = json!({"sandbox.jupyterhub.io/log": log});
    home.create(DEPLOYMENTS, &web).await;
    home.create(DEPLOYMENTS, &workload("Deployment", "beside", "1.0", 1)).await;
    let snapshot =
        home.wait(home.release(&[("Deployment", "beside"), ("Deployment", "web")]), patient()).await;
    let finding = finding(&snapshot);
    assert_eq!((finding.cause, finding.container.as_deref()), (Cause::CrashLoop, Some("app")));
    assert!(finding.guilty.kind == "Pod" && finding.guilty.name.starts_with("web-"), "{finding:?}");
    assert_eq!(snapshot.culprit().unwrap().object, home.object("Deployment", "web"));
    assert_eq!(snapshot.last_words.last().map(String::as_str), Some("fatal: no database"));
    home.remove().await;
}

#[tokio::test]
async fn an_init_container_that_crashes_is_named() {
    let Some(home) = Home::or_skip("an_init_container_that_crashes_is_named").await else { return };
    let mut web = workload("Deployment", "web", "1.0", 1);
    let migrate = json!([{"name": "migrate", "image": "registry.example/app:1.0-init-crash-loop"}]);
    web["spec"]["template"]["spec"]["initContainers"] = migrate;
    home.create(DEPLOYMENTS, &web).await;
    let snapshot = home.wait(home.release(&[("Deployment", "web")]), patient()).await;
    let finding = finding(&snapshot);
    assert_eq!((finding.cause, finding.container.as_deref()), (Cause::InitFailed, Some("migrate")));
    home.remove().await;
}

#[tokio::test]
async fn a_missing_image_fails_at_once() {
    let Some(home) = Home::or_skip("a_missing_image_fails_at_once").await else { return };
    home.create(DEPLOYMENTS, &workload("Deployment", "web", "1.0-image-not-found", 1)).await;
    let snapshot = home.wait(home.release(&[("Deployment", "web")]), patient()).await;
    let finding = finding(&snapshot);
    assert_eq!((finding.cause, finding.container.as_deref()), (Cause::ImageNotFound, Some("app")));
    assert!(finding.evidence.contains("not found"), "{finding:?}");
    home.remove().await;
}

#[tokio::test]
async fn an_update_that_breaks_fails_while_the_old_revision_serves() {
    let Some(home) = Home::or_skip("an_update_that_breaks").await else { return };
    home.create(DEPLOYMENTS, &workload("Deployment", "web", "1.0", 2)).await;
    let release = home.release(&[("Deployment", "web")]);
    assert_eq!(home.wait(release.clone(), patient()).await.state, State::Ready);
    let part = json!({"spec": {"template": template("1.1-image-not-found", "web")}});
    let generation = home.patch(DEPLOYMENTS, "web", &part).await;
    let release = release.at_least(home.object("Deployment", "web"), generation);
    let snapshot = home.wait(release, patient()).await;
    assert_eq!(finding(&snapshot).cause, Cause::ImageNotFound);
    home.remove().await;
}

#[tokio::test]
async fn never_ready_runs_into_the_deadline() {
    let Some(home) = Home::or_skip("never_ready_runs_into_the_deadline").await else { return };
    home.create(DEPLOYMENTS, &workload("Deployment", "web", "1.0-never-ready", 1)).await;
    let policy = Policy { deadline: Duration::from_secs(8), ..Policy::default() };
    let snapshot = home.wait(home.release(&[("Deployment", "web")]), policy).await;
    assert_eq!(snapshot.state, State::TimedOut, "{snapshot:?}");
    assert_eq!(snapshot.problem().unwrap().code, "rollout.timed_out");
    home.remove().await;
}

/// The real quota, the real ReplicaSet controller.
#[tokio::test]
async fn a_quota_is_quoted() {
    let Some(home) = Home::or_skip("a_quota_is_quoted").await else { return };
    let quota = json!({"metadata": {"name": "limit"}, "spec": {"hard": {"pods": "1"}}});
    home.create("/api/v1/resourcequotas", &quota).await;
    home.create(DEPLOYMENTS, &workload("Deployment", "web", "1.0", 2)).await;
    let snapshot = home.wait(home.release(&[("Deployment", "web")]), patient()).await;
    let finding = finding(&snapshot);
    assert_eq!(finding.cause, Cause::QuotaExceeded);
    assert!(finding.evidence.contains("exceeded quota: limit"), "{finding:?}");
    home.remove().await;
}

/// The real scheduler.
#[tokio::test]
async fn a_pod_without_a_node_fails_in_the_schedulers_words() {
    let Some(home) = Home::or_skip("a_pod_without_a_node").await else { return };
    let mut web = workload("Deployment", "web", "1.0", 1);
    web["spec"]["template"]["spec"]["nodeSelector"] = json!({"no-such": "label"});
    home.create(DEPLOYMENTS, &web).await;
    let policy = Policy { unschedulable_grace: Duration::from_secs(1), ..patient() };
    let snapshot = home.wait(home.release(&[("Deployment", "web")]), policy).await;
    let finding = finding(&snapshot);
    assert_eq!(finding.cause, Cause::Unschedulable);
    assert!(finding.evidence.contains("nodes are available"), "{finding:?}");
    home.remove().await;
}

/// Thirty Deployments cost what one costs.
#[tokio::test]
async fn requests_do_not_grow_with_the_objects() {
    let Some(home) = Home::or_skip("requests_do_not_grow").await else { return };
    let names: Vec<String> = (0..30).map(|index| format!("web-{index}")).collect();
    for name in &names {
        home.create(DEPLOYMENTS, &workload("Deployment", name, "1.0", 1)).await;
    }
    let audit = AuditLog::open(&home.sandbox.audit_log);
    let begin = audit.mark().unwrap();
    let release: Vec<(&str, &str)> = names.iter().map(|name| ("Deployment", name.as_str())).collect();
    assert_eq!(home.wait(home.release(&release), patient()).await.state, State::Ready);
    // The server writes a watch down when it ends, which it does with the waiter.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let requests = audit.since(begin).unwrap();
    // This program gives itself no name.
    let ours = |request: &&Request| {
        request.namespace == home.namespace.as_str() && request.user_agent.is_empty() && !request.is_write()
    };
    let ours: Vec<&Request> = requests.iter().filter(ours).collect();
    let kinds = ["deployments", "replicasets", "pods", "events"];
    assert!((kinds.len()..=2 * kinds.len()).contains(&ours.len()), "{ours:?}");
    home.remove().await;
}

#[tokio::test]
async fn cut_watches_and_a_server_in_trouble_change_no_verdict() {
    let Some(home) = Home::or_skip("cut_watches").await else { return };
    home.create(DEPLOYMENTS, &workload("Deployment", "web", "1.0-crash-loop", 1)).await;
    let mut snapshots =
        std::pin::pin!(wait(home.through_proxy(), home.release(&[("Deployment", "web")]), patient()));
    let mut faults = Vec::new();
    let mut last = None;
    while let Some(snapshot) = snapshots.next().await {
        let snapshot = snapshot.unwrap();
        // As soon as the pod shows that it fails, everything under way is cut and nothing new is let in.
        if faults.is_empty() && snapshot.objects.iter().any(|it| it.finding.is_some()) {
            faults.push(home.inject(Effect::Cut { after: false }, "*watch=true*", None, Some(1000)).await);
            let busy = Effect::Status { code: 503, message: "etcd is busy".to_owned(), retry_after: None };
            faults.push(home.inject(busy, "pods?*", Some(2), Some(10_000)).await);
        }
        last = Some(snapshot);
    }
    let last = last.unwrap();
    assert_eq!(finding(&last).cause, Cause::CrashLoop);
    assert!(home.injected(faults[0]) > 0, "no watch was cut");
    home.remove().await;
}

/// What may happen to the way to the cluster in the middle of a rollout. A restart of the API server
/// looks like a cut to its clients: every stream ends, and for some seconds nobody answers.
fn weather() -> [(&'static str, Effect, &'static str, u64); 4] {
    let storm = Effect::Status { code: 429, message: "too many requests".to_owned(), retry_after: Some(1) };
    let expired =
        Effect::Status { code: 410, message: "too old resource version".to_owned(), retry_after: None };
    [
        ("storm", storm, "*", 5000),
        ("silence", Effect::Hang, "*", 5000),
        ("restart", Effect::Cut { after: false }, "*", 3000),
        ("expired", expired, "*watch=true*", 3000),
    ]
}

/// The last snapshot of a wait in whose middle the weather changes.
async fn in_weather(home: &Home, tag: &str, effect: Effect, rest: &str, for_ms: u64) -> Snapshot {
    let mut web = workload("Deployment", "web", tag, 2);
    // Long enough to be in the middle when the weather changes.
    web["spec"]["minReadySeconds"] = json!(6);
    home.create(DEPLOYMENTS, &web).await;
    let mut snapshots =
        std::pin::pin!(wait(home.through_proxy(), home.release(&[("Deployment", "web")]), patient()));
    let (mut fault, mut last) = (None, None);
    while let Some(snapshot) = snapshots.next().await {
        last = Some(snapshot.expect("bad weather is no error"));
        if fault.is_none() {
            // So that what is under way is hit too, or else begun anew under the fault.
            let cut = Effect::Cut { after: false };
            if !matches!(effect, Effect::Hang | Effect::Cut { .. }) {
                home.inject(cut, "*watch=true*", None, Some(200)).await;
            }
            fault = Some(home.inject(effect.clone(), rest, None, Some(for_ms)).await);
        }
    }
    assert!(home.injected(fault.unwrap()) > 0, "the fault hit nothing");
    last.unwrap()
}

#[tokio::test]
async fn no_weather_changes_the_verdict_on_a_crash_loop() {
    for (name, effect, rest, for_ms) in weather() {
        let Some(home) = Home::or_skip(&format!("broken_in_{name}")).await else { return };
        let last = in_weather(&home, "1.0-crash-loop", effect, rest, for_ms).await;
        let finding = finding(&last);
        assert_eq!((finding.cause, finding.container.as_deref()), (Cause::CrashLoop, Some("app")), "{name}");
        home.remove().await;
    }
}

#[tokio::test]
async fn no_weather_fails_what_gets_ready() {
    for (name, effect, rest, for_ms) in weather() {
        let Some(home) = Home::or_skip(&format!("fine_in_{name}")).await else { return };
        let last = in_weather(&home, "1.0", effect, rest, for_ms).await;
        assert_eq!(last.state, State::Ready, "{name}: {last:?}");
        home.remove().await;
    }
}

/// The last snapshot of a wait in whose middle so many of its watches die without a word: each stays
/// open and says nothing more, as where a firewall forgets a connection or a proxy loses its server.
async fn in_silence(home: &Home, tag: &str, watches: &str, number: u32) -> Snapshot {
    let mut web = workload("Deployment", "web", tag, 2);
    // Long enough to be in the middle when they die.
    web["spec"]["minReadySeconds"] = json!(4);
    home.create(DEPLOYMENTS, &web).await;
    let policy = Policy { silence: Duration::from_secs(3), ..patient() };
    let mut snapshots =
        std::pin::pin!(wait(home.through_proxy(), home.release(&[("Deployment", "web")]), policy));
    let (mut fault, mut last) = (None, None);
    while let Some(snapshot) = snapshots.next().await {
        let snapshot = snapshot.expect("silence is no error");
        // As soon as everything has been listed; whatever is begun later is let through.
        if fault.is_none() && snapshot.objects.iter().any(|it| it.progress.what == "available") {
            fault = Some(home.inject(Effect::Hang, watches, Some(number), None).await);
        }
        last = Some(snapshot);
    }
    assert_eq!(home.injected(fault.unwrap()), number as usize, "not every watch has died");
    last.unwrap()
}

/// Of each verdict the watch that brings it, and all.
#[tokio::test]
async fn watches_that_die_in_silence_hide_no_end() {
    for (watches, number) in [("deployments?*watch=true*", 1), ("*watch=true*", 4)] {
        let Some(home) = Home::or_skip(&format!("fine_in_silence_of_{number}")).await else { return };
        let last = in_silence(&home, "1.0", watches, number).await;
        assert_eq!(last.state, State::Ready, "{watches}: {last:?}");
        home.remove().await;
    }
}

#[tokio::test]
async fn watches_that_die_in_silence_hide_no_crash_loop() {
    for (watches, number) in [("pods?*watch=true*", 1), ("*watch=true*", 4)] {
        let Some(home) = Home::or_skip(&format!("broken_in_silence_of_{number}")).await else { return };
        let last = in_silence(&home, "1.0-crash-loop", watches, number).await;
        let finding = finding(&last);
        assert_eq!(
            (finding.cause, finding.container.as_deref()),
            (Cause::CrashLoop, Some("app")),
            "{watches}"
        );
        home.remove().await;
    }
}

#[tokio::test]
async fn an_expired_version_is_listed_again() {
    let Some(home) = Home::or_skip("an_expired_version").await else { return };
    home.create(DEPLOYMENTS, &workload("Deployment", "web", "1.0-never-ready", 1)).await;
    let gone =
        Effect::Status { code: 410, message: "too old resource version".to_owned(), retry_after: None };
    let fault = home.inject(gone, "deployments?*watch=true*", Some(1), None).await;
    let mut snapshots =
        std::pin::pin!(wait(home.through_proxy(), home.release(&[("Deployment", "web")]), patient()));
    assert_eq!(snapshots.next().await.unwrap().unwrap().state, State::Waiting);
    home.patch(DEPLOYMENTS, "web", &json!({"spec": {"template": template("1.0", "web")}})).await;
    let mut last = None;
    while let Some(snapshot) = snapshots.next().await {
        last = Some(snapshot.unwrap());
    }
    assert_eq!(last.unwrap().state, State::Ready);
    assert_eq!(home.injected(fault), 1);
    home.remove().await;
}

#[tokio::test]
async fn somebody_without_rights_is_told_which_one_is_missing() {
    let Some(home) = Home::or_skip("somebody_without_rights").await else { return };
    let scope = home.release(&[("Deployment", "web")]);
    let mut items: Vec<_> = wait(home.nobody(), scope, patient()).collect().await;
    let error = items.pop().unwrap().unwrap_err();
    assert!(matches!(error, Error::Forbidden { verb: "list", .. }), "{error}");
    assert_eq!(error.code().as_str(), "rollout.forbidden");
    home.remove().await;
}
