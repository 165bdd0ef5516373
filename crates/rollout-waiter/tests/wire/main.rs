//! The watch engine against scripted answers of an API server.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod server;

use std::time::Duration;

use futures::StreamExt as _;
use names::ObjectRef;
use problem::Diagnose as _;
use rollout_waiter::{Cause, Error, Policy, Scope, Snapshot, State, wait};
use serde_json::{Value, json};
use server::{Answer, Server};

const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/hub/deployments";
const REPLICA_SETS: &str = "/apis/apps/v1/namespaces/hub/replicasets";
const PODS: &str = "/api/v1/namespaces/hub/pods";
const EVENTS: &str = "/api/v1/namespaces/hub/events";
const LOG: &str = "/api/v1/namespaces/hub/pods/web-x/log";

fn release() -> Scope {
    let home = "hub".parse().unwrap();
    let object = ObjectRef::namespaced("Deployment", &home, "web");
    Scope::release(home, [object])
}

fn deployment(available: i64) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "hub", "uid": "d", "generation": 1, "resourceVersion": "7",
            "annotations": {"deployment.kubernetes.io/revision": "1"}},
        "spec": {"replicas": 1, "template": {"spec": {"containers": [{"name": "app", "readinessProbe": {}}]}}},
        "status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": available},
    })
}

fn owned(kind: &str, name: &str, owner: &str, rest: Value) -> Value {
    let mut object = json!({
        "apiVersion": "v1", "kind": kind,
        "metadata": {"name": name, "namespace": "hub", "uid": name, "resourceVersion": "8",
            "annotations": {"deployment.kubernetes.io/revision": "1"},
            "ownerReferences": [{"apiVersion": "v1", "kind": "Owner", "name": owner, "uid": owner, "controller": true}]},
    });
    object.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    object
}

fn watching() -> Server {
    Server::default().empty(&[DEPLOYMENTS, REPLICA_SETS, PODS, EVENTS])
}

async fn all(server: &Server, scope: Scope, policy: Policy) -> Vec<Result<Snapshot, Error>> {
    wait(server.client(), scope, policy).collect().await
}

async fn last(server: &Server) -> Result<Snapshot, Error> {
    all(server, release(), Policy::default()).await.pop().expect("at least one item")
}

#[tokio::test(start_paused = true)]
async fn a_missing_right_ends_the_wait_at_once_and_is_named() {
    let forbidden = Answer::status(403, "replicasets.apps is forbidden");
    let server = watching().on(REPLICA_SETS, &[forbidden]);
    let error = last(&server).await.unwrap_err();
    assert_eq!(error.code().as_str(), "rollout.forbidden");
    assert_eq!(error.to_string(), "these credentials may not list replicasets.apps in namespace hub");
    assert_eq!(server.requests().iter().filter(|request| *request == REPLICA_SETS).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_right_to_list_without_one_to_watch_is_named_too() {
    let server = watching().on(&format!("{PODS}?watch"), &[Answer::status(403, "pods is forbidden")]);
    let error = last(&server).await.unwrap_err();
    assert_eq!(error.to_string(), "these credentials may not watch pods in namespace hub");
}

#[tokio::test(start_paused = true)]
async fn bad_credentials_are_refused_and_not_tried_again() {
    let server = watching().on(DEPLOYMENTS, &[Answer::status(401, "Unauthorized")]);
    assert_eq!(last(&server).await.unwrap_err().code().as_str(), "rollout.refused");
}

/// The lines of a list that is streamed: its objects, then the bookmark that ends it.
fn streamed(objects: &[Value]) -> Vec<Value> {
    let added = objects.iter().map(|object| json!({"type": "ADDED", "object": object}));
    let mark = json!({"type": "BOOKMARK", "object": {"apiVersion": "v1", "kind": "Object",
        "metadata": {"resourceVersion": "100", "annotations": {"k8s.io/initial-events-end": "true"}}}});
    added.chain([mark]).collect()
}

#[tokio::test(start_paused = true)]
async fn a_server_that_streams_lists_is_asked_once_a_kind() {
    let mut lines = streamed(&[deployment(0)]);
    lines.push(json!({"type": "MODIFIED", "object": deployment(1)}));
    let server = [REPLICA_SETS, PODS, EVENTS].iter().fold(Server::default(), |server, path| {
        server.on(&format!("{path}?stream"), &[Answer::Watch(streamed(&[]))])
    });
    let server = server.on(&format!("{DEPLOYMENTS}?stream"), &[Answer::Watch(lines)]);
    assert_eq!(last(&server).await.unwrap().state, State::Ready);
    assert_eq!(server.requests().iter().filter(|request| *request != "/version").count(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_cannot_stream_lists_is_asked_as_ever() {
    let refused = json!({"type": "ERROR", "object": {"kind": "Status", "apiVersion": "v1", "status": "Failure",
        "code": 500, "message": "RequestWatchProgress is disabled"}});
    for refusal in [
        Answer::Watch(vec![refused]),
        Answer::status(400, "sendInitialEvents is unknown"),
        // An old server takes no notice: it begins to watch, and the list never ends.
        Answer::Watch(vec![json!({"type": "ADDED", "object": deployment(0)})]),
        Answer::Silence,
    ] {
        let server = watching()
            .on(DEPLOYMENTS, &[Answer::list(&[deployment(1)])])
            .on(&format!("{DEPLOYMENTS}?stream"), &[refusal]);
        assert_eq!(last(&server).await.unwrap().state, State::Ready);
        let streams = server.requests().iter().filter(|request| request.ends_with("?stream")).count();
        assert_eq!(streams, 4, "tried once a kind: {:?}", server.requests());
    }
}

#[tokio::test(start_paused = true)]
async fn a_version_that_expires_while_a_list_is_streamed_is_streamed_anew() {
    let expired = json!({"type": "ERROR", "object": {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 410, "reason": "Expired"}});
    let server = watching().on(
        &format!("{DEPLOYMENTS}?stream"),
        &[Answer::Watch(vec![expired]), Answer::Watch(streamed(&[deployment(1)]))],
    );
    assert_eq!(last(&server).await.unwrap().state, State::Ready);
    assert!(!server.requests().iter().any(|request| request == DEPLOYMENTS));
}

const GROUP: &str = "/apis/cert-manager.io/v1";
const CERTIFICATES: &str = "/apis/cert-manager.io/v1/namespaces/hub/certificates";

fn certificate_scope() -> Scope {
    let home: names::Namespace = "hub".parse().unwrap();
    let tls = ObjectRef::namespaced("Certificate", &home, "tls");
    Scope::manifest(home, [("cert-manager.io/v1".to_owned(), tls)])
}

fn served() -> Answer {
    let list = json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "cert-manager.io/v1", "resources": [
        {"name": "certificates/status", "singularName": "", "namespaced": true, "kind": "Certificate", "verbs": ["get"]},
        {"name": "certificates", "singularName": "certificate", "namespaced": true, "kind": "Certificate", "verbs": ["list", "watch"]}]});
    Answer::Whole(200, list.to_string())
}

#[tokio::test(start_paused = true)]
async fn a_custom_kind_is_watched_where_the_api_serves_it() {
    let certificate = |status: &str| {
        json!({"apiVersion": "cert-manager.io/v1", "kind": "Certificate",
            "metadata": {"name": "tls", "namespace": "hub", "uid": "c", "generation": 1, "resourceVersion": "9"},
            "status": {"conditions": [{"type": "Ready", "status": status, "reason": "Issuing", "message": "soon"}]}})
    };
    let ready = json!({"type": "MODIFIED", "object": certificate("True")});
    let server = Server::default()
        // Its definition comes a little later.
        .on(GROUP, &[Answer::status(404, "the server could not find the requested resource"), served()])
        .on(CERTIFICATES, &[Answer::list(&[certificate("False")])])
        .on(&format!("{CERTIFICATES}?watch"), &[Answer::Watch(vec![ready])]);
    let policy = Policy { blocking: ["Certificate.cert-manager.io".to_owned()].into(), ..Policy::default() };
    let snapshots = all(&server, certificate_scope(), policy).await;
    let states: Vec<_> = snapshots.iter().map(|it| it.as_ref().unwrap().state).collect();
    assert_eq!(states.last(), Some(&State::Ready), "{snapshots:?}");
    assert!(states.len() > 1);
}

#[tokio::test(start_paused = true)]
async fn a_custom_kind_that_is_not_served_is_a_note() {
    let server = Server::default().on(GROUP, &[Answer::status(404, "not found")]);
    let snapshot = all(&server, certificate_scope(), Policy::default()).await.pop().unwrap().unwrap();
    assert_eq!(snapshot.state, State::Ready);
    assert_eq!(snapshot.objects[0].note.as_deref(), Some("objects of this kind cannot be read here"));
}

#[tokio::test(start_paused = true)]
async fn a_ready_release_costs_two_requests_a_kind() {
    let server = watching().on(DEPLOYMENTS, &[Answer::list(&[deployment(0)])]);
    let ready = json!({"type": "MODIFIED", "object": deployment(1)});
    let server = server.on(&format!("{DEPLOYMENTS}?watch"), &[Answer::Watch(vec![ready])]);
    let snapshots = all(&server, release(), Policy::default()).await;
    assert_eq!(snapshots.last().unwrap().as_ref().unwrap().state, State::Ready);
    let mut requests = server.requests();
    // Whether the server can stream lists is found out once.
    requests.retain(|request| !request.ends_with("?stream"));
    assert!(requests.len() <= 1 + 4 * 2, "{requests:?}");
}

/// The clock of this test runs by itself, so its figures are the waiter's and not the machine's.
#[tokio::test(start_paused = true)]
async fn of_watches_that_die_in_silence_one_is_asked_and_then_all() {
    let ready = json!({"type": "MODIFIED", "object": deployment(1)});
    let server = watching()
        .on(DEPLOYMENTS, &[Answer::list(&[deployment(0)])])
        .on(&format!("{DEPLOYMENTS}?watch"), &[Answer::Watch(vec![])]);
    let late = Policy { deadline: Duration::from_secs(29), ..Policy::default() };
    assert_eq!(all(&server, release(), late).await.pop().unwrap().unwrap().state, State::TimedOut);
    let watches = |server: &Server| {
        let requests = server.requests();
        requests.into_iter().filter(|it| it.ends_with("?watch")).map(|it| it.replace("?watch", "")).collect()
    };
    let once: Vec<String> = watches(&server);
    assert_eq!(once.len(), 4, "{once:?}");

    // Another one has nothing to say: the first that is asked has missed nothing.
    let quiet = Policy { deadline: Duration::from_secs(59), ..Policy::default() };
    assert_eq!(all(&server, release(), quiet).await.pop().unwrap().unwrap().state, State::TimedOut);
    assert_eq!(watches(&server).len(), 4 + 5, "{:?}", watches(&server));

    // This one has: the first that is asked shows it, and the end is there.
    let server =
        server.on(&format!("{DEPLOYMENTS}?watch"), &[Answer::Watch(vec![]), Answer::Watch(vec![ready])]);
    let last = last(&server).await.unwrap();
    assert_eq!((last.state, last.elapsed.as_secs()), (State::Ready, 30));
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_is_not_answered_is_asked_again() {
    let ready = json!({"type": "MODIFIED", "object": deployment(1)});
    let answers = [Answer::Watch(vec![]), Answer::Silence, Answer::Watch(vec![ready])];
    let server = watching()
        .on(DEPLOYMENTS, &[Answer::list(&[deployment(0)])])
        .on(&format!("{DEPLOYMENTS}?watch"), &answers);
    let last = last(&server).await.unwrap();
    assert_eq!((last.state, last.elapsed.as_secs()), (State::Ready, 40));
}

/// With rights in one namespace only: nodes would excuse pods, and are not needed for a verdict.
#[tokio::test(start_paused = true)]
async fn nodes_that_may_not_be_read_are_done_without() {
    const DAEMON_SETS: &str = "/apis/apps/v1/namespaces/hub/daemonsets";
    let agent = json!({
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {"name": "agent", "namespace": "hub", "uid": "ds", "generation": 1},
        "spec": {"template": {"spec": {"containers": [{"name": "app", "readinessProbe": {}}]}}},
        "status": {"observedGeneration": 1, "desiredNumberScheduled": 1, "updatedNumberScheduled": 1, "numberAvailable": 1},
    });
    let server = watching()
        .empty(&[DAEMON_SETS])
        .on(DAEMON_SETS, &[Answer::list(&[agent])])
        .on("/api/v1/nodes", &[Answer::status(403, "nodes is forbidden")]);
    let home: names::Namespace = "hub".parse().unwrap();
    let agent = ObjectRef::namespaced("DaemonSet", &home, "agent");
    let scope = Scope::release(home.clone(), [agent.clone()]);
    let snapshot = all(&server, scope.clone(), Policy::default()).await.pop().unwrap().unwrap();
    assert_eq!((snapshot.state, &snapshot.trouble), (State::Ready, &None));
    let before = server.requests().len();
    let policy = Policy { deadline: Duration::from_secs(300), ..Policy::default() };
    let late = all(&server, scope.at_least(agent, 2), policy).await.pop().unwrap().unwrap();
    assert_eq!(late.state, State::TimedOut);
    let asked = server.requests().iter().skip(before).filter(|request| *request == "/api/v1/nodes").count();
    assert_eq!(asked, 1, "a refused watch that nobody needs is not tried again");
}

#[tokio::test(start_paused = true)]
async fn nothing_to_wait_for_is_ready() {
    let server = Server::default();
    let scope = Scope::release("hub".parse().unwrap(), []);
    let snapshots = all(&server, scope, Policy::default()).await;
    assert_eq!(snapshots.len(), 1);
    assert_eq!(snapshots[0].as_ref().unwrap().state, State::Ready);
}

#[tokio::test(start_paused = true)]
async fn a_state_older_than_the_write_decides_nothing() {
    let server = watching().on(DEPLOYMENTS, &[Answer::list(&[deployment(1)])]);
    let home = "hub".parse().unwrap();
    let scope = release().at_least(ObjectRef::namespaced("Deployment", &home, "web"), 2);
    let snapshots =
        all(&server, scope, Policy { deadline: Duration::from_secs(60), ..Policy::default() }).await;
    assert_eq!(snapshots.last().unwrap().as_ref().unwrap().state, State::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn a_version_that_expired_before_the_watch_began_is_listed_again() {
    let server =
        watching().on(DEPLOYMENTS, &[Answer::list(&[deployment(0)]), Answer::list(&[deployment(1)])]).on(
            &format!("{DEPLOYMENTS}?watch"),
            &[Answer::status(410, "too old resource version"), Answer::Watch(vec![])],
        );
    assert_eq!(last(&server).await.unwrap().state, State::Ready);
}

#[tokio::test(start_paused = true)]
async fn what_a_new_list_no_longer_names_is_gone() {
    let expired = json!({"type": "ERROR", "object": {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 410, "reason": "Expired"}});
    let server = watching()
        .on(DEPLOYMENTS, &[Answer::list(&[deployment(0)]), Answer::list(&[])])
        .on(&format!("{DEPLOYMENTS}?watch"), &[Answer::Watch(vec![expired]), Answer::Watch(vec![])]);
    let snapshot = last(&server).await.unwrap();
    let problem = snapshot.problem().unwrap();
    assert_eq!(problem.message, "Deployment/hub/web failed (0/1 there): Vanished");
}

#[tokio::test(start_paused = true)]
async fn trouble_is_shown_while_it_lasts_and_the_wait_goes_on() {
    let broken = Answer::status(500, "etcdserver: no leader");
    let server = watching()
        .on(DEPLOYMENTS, &[Answer::list(&[deployment(0)])])
        .on(PODS, &[broken.clone(), broken, Answer::list(&[])]);
    let policy = Policy { deadline: Duration::from_secs(60), ..Policy::default() };
    let snapshots: Vec<Snapshot> =
        all(&server, release(), policy).await.into_iter().map(Result::unwrap).collect();
    let troubled =
        snapshots.iter().find_map(|snapshot| snapshot.trouble.as_deref()).expect("trouble is shown");
    assert!(troubled.contains("pods") && troubled.contains("no leader"), "{troubled}");
    let end = snapshots.last().unwrap();
    assert_eq!((end.state, &end.trouble), (State::TimedOut, &None));
    assert_eq!(end.problem().unwrap().message, "Deployment/hub/web is not ready: 0/1 available");
}

#[tokio::test(start_paused = true)]
async fn a_cluster_that_never_answers_is_unreachable() {
    let silent = [DEPLOYMENTS, REPLICA_SETS, PODS, EVENTS, "/version"];
    let server = silent.iter().fold(Server::default(), |server, path| server.on(path, &[Answer::Silence]));
    let error = last(&server).await.unwrap_err();
    assert_eq!(error.to_string(), "the cluster did not answer within 30 s");
}

#[tokio::test(start_paused = true)]
async fn dropping_the_stream_stops_every_request() {
    let broken = Answer::status(500, "try again");
    let server = watching().on(PODS, &[broken]);
    {
        let mut snapshots = std::pin::pin!(wait(server.client(), release(), Policy::default()));
        assert!(snapshots.next().await.unwrap().is_ok());
    }
    let before = server.requests().len();
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert_eq!(server.requests().len(), before);
}

/// A pod whose container has failed three times, with its own last message.
fn crashed() -> Server {
    let end = json!({"terminated": {"exitCode": 1, "reason": "Error", "message": "written before the end"}});
    let pod = owned(
        "Pod",
        "web-x",
        "rs",
        json!({
            "spec": {"restartPolicy": "Always", "containers": [{"name": "app"}]},
            "status": {"phase": "Running", "containerStatuses":
                [{"name": "app", "restartCount": 2, "state": end, "lastState": end}]},
        }),
    );
    watching()
        .on(DEPLOYMENTS, &[Answer::list(&[deployment(0)])])
        .on(REPLICA_SETS, &[Answer::list(&[owned("ReplicaSet", "rs", "d", json!({}))])])
        .on(PODS, &[Answer::list(&[pod])])
}

fn log(text: &str) -> Answer {
    Answer::Whole(200, text.to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_failure_carries_the_last_words_of_the_container() {
    let server = crashed().on(LOG, &[log("starting\nfatal: no database\n")]);
    let snapshot = last(&server).await.unwrap();
    assert_eq!(snapshot.state, State::Failed);
    assert_eq!(snapshot.culprit().unwrap().finding.as_ref().unwrap().cause, Cause::CrashLoop);
    assert_eq!(snapshot.last_words, ["starting", "fatal: no database"]);
    let problem = snapshot.problem().unwrap();
    assert_eq!(problem.code, "rollout.failed");
    assert_eq!(
        problem.message,
        "Deployment/hub/web failed (0/1 available): CrashLoop in Pod/hub/web-x, container app"
    );
    assert_eq!(problem.causes.last().unwrap(), "its last words: fatal: no database");
    assert_eq!(server.requests().iter().filter(|request| request.starts_with(LOG)).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_excuse_in_place_of_a_log_falls_back_to_the_containers_own_message() {
    let excuse = log("unable to retrieve container logs for containerd://344fa5");
    let server = crashed().on(LOG, &[log("")]).on(&format!("{LOG}?previous"), &[excuse]);
    let snapshot = last(&server).await.unwrap();
    assert_eq!(snapshot.last_words, ["written before the end"]);
}

#[tokio::test(start_paused = true)]
async fn a_log_that_does_not_come_does_not_hide_the_verdict() {
    let server = crashed().on(LOG, &[Answer::Silence]);
    let snapshot = last(&server).await.unwrap();
    assert_eq!((snapshot.state, snapshot.last_words.len()), (State::Failed, 1));
}
