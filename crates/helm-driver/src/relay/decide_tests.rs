//! Every case of the relay's decision, in tables.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use helm_release::Release;
use http::Method;
use proptest::prelude::*;
use serde_json::json;

use super::api::ApiRequest;
use super::decide::{Decision, Mode, Seen, decide};
use super::gate::Gate;
use super::own::Own;
use super::protobuf::tests::encode;

const JSON: &str = "application/json";
const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
const APPLY: &str = "application/apply-patch+yaml";
const SECRETS: &str = "/api/v1/namespaces/prod/secrets";
const RECORD: &str = "/api/v1/namespaces/prod/secrets/sh.helm.release.v1.hub.v2";
const OTHERS: &str = "/api/v1/namespaces/prod/secrets/sh.helm.release.v1.proxy.v2";
const OBJECT: &str = "/api/v1/namespaces/prod/configmaps/a";
const CLAIM: &str = "/api/v1/namespaces/prod/persistentvolumeclaims/hub-db";

fn own() -> Own {
    Own { release: "hub".parse().unwrap(), namespace: "prod".parse().unwrap() }
}

fn ask(mode: &Mode, method: &str, target: &str, content_type: &str, body: &[u8]) -> Decision {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let method: Method = method.parse().unwrap();
    let request = ApiRequest::parse(&method, path, query, content_type);
    decide(mode, &own(), Seen { request: &request, query, content_type, body })
}

fn word(decision: &Decision) -> String {
    match decision {
        Decision::Forward => "forward".into(),
        Decision::ForwardAsDryRun { query, body: None } => format!("dry-run ?{query}"),
        Decision::ForwardAsDryRun { query, body: Some(body) } => {
            format!("dry-run ?{query} {}", String::from_utf8_lossy(body))
        }
        Decision::Echo { code } => format!("echo {code}"),
        Decision::Keep => "keep".into(),
        Decision::Refuse(status) => format!("refuse: {}", status.message),
    }
}

fn check(mode: &Mode, cases: &[(&str, &str, &str, &[u8], &str)]) {
    for (method, target, content_type, body, want) in cases {
        let got = word(&ask(mode, method, target, content_type, body));
        assert!(
            got == *want || (want.ends_with('*') && got.starts_with(want.trim_end_matches('*'))),
            "{method} {target} {content_type}: {got}, want {want}"
        );
    }
}

fn live(gate: Gate, keep_data: bool) -> Mode {
    Mode::Live { gate, denied: false, keep_data }
}

#[test]
fn an_open_gate_lets_helm_work() {
    let mode = live(Gate::Open, false);
    check(
        &mode,
        &[
            ("GET", "/version", "", b"", "forward"),
            ("GET", OBJECT, "", b"", "forward"),
            ("POST", SECRETS, JSON, b"{}", "forward"),
            ("PATCH", OBJECT, APPLY, b"{}", "forward"),
            ("DELETE", CLAIM, JSON, b"{}", "forward"),
            ("POST", "/version", JSON, b"{}", "refuse: the relay does not know*"),
            ("GET", "/api/v1/namespaces/prod/pods/hub/exec", "", b"", "refuse: *"),
        ],
    );
}

#[test]
fn data_outlives_an_uninstall() {
    let mode = live(Gate::Open, true);
    check(
        &mode,
        &[
            ("DELETE", CLAIM, JSON, b"{}", "keep"),
            ("DELETE", "/api/v1/namespaces/prod", JSON, b"{}", "keep"),
            (
                "DELETE",
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/issuers.cert-manager.io",
                JSON,
                b"{}",
                "keep",
            ),
            ("DELETE", OBJECT, JSON, b"{}", "forward"),
            ("DELETE", RECORD, PROTOBUF, b"", "forward"),
        ],
    );
    check(&live(Gate::Cancelled("stop".into()), true), &[("DELETE", CLAIM, JSON, b"{}", "refuse: stop")]);
}

/// What Helm sends to update its record, as JSON.
fn update(status: &str) -> Vec<u8> {
    let release = json!({"name": "hub", "namespace": "prod", "version": 2, "info": {"status": status}});
    let release = Release::decode_json(release.to_string().as_bytes(), &Default::default()).unwrap();
    let data = STANDARD.encode(release.encode().unwrap());
    let metadata = json!({"name": "sh.helm.release.v1.hub.v2"});
    json!({"metadata": metadata, "type": "helm.sh/release.v1", "data": {"release": data}})
        .to_string()
        .into_bytes()
}

#[test]
fn a_success_is_not_recorded_once_something_was_denied() {
    for (denied, status, want) in [
        (false, "deployed", "forward"),
        (true, "deployed", "refuse: stop"),
        (true, "superseded", "refuse: stop"),
        (true, "failed", "forward"),
    ] {
        let mode = Mode::Live { gate: Gate::Cancelled("stop".into()), denied, keep_data: false };
        check(&mode, &[("PUT", RECORD, JSON, &update(status), want)]);
    }
}

#[test]
fn a_cancelled_helm_may_record_its_failure_and_nothing_else() {
    let mode = live(Gate::Cancelled("stop".into()), false);
    check(
        &mode,
        &[
            ("PUT", RECORD, PROTOBUF, b"", "forward"),
            ("GET", RECORD, "", b"", "forward"),
            (
                "POST",
                SECRETS,
                PROTOBUF,
                &encode("sh.helm.release.v1.hub.v3", "helm.sh/release.v1", b"x"),
                "refuse: stop",
            ),
            ("DELETE", RECORD, JSON, b"", "refuse: stop"),
            ("PUT", OTHERS, PROTOBUF, b"", "refuse: stop"),
            ("PUT", "/api/v1/namespaces/other/secrets/sh.helm.release.v1.hub.v2", JSON, b"", "refuse: stop"),
            (
                "PUT",
                "/apis/x.io/v1/namespaces/prod/secrets/sh.helm.release.v1.hub.v2",
                JSON,
                b"",
                "refuse: stop",
            ),
            (
                "PUT",
                "/api/v1/namespaces/prod/secrets/sh.helm.release.v1.hub.v2/status",
                JSON,
                b"",
                "refuse: stop",
            ),
            ("PATCH", OBJECT, APPLY, b"{}", "refuse: stop"),
            ("GET", "/apis/batch/v1/namespaces/prod/jobs/hook", "", b"", "refuse: stop"),
            ("GET", "/version", "", b"", "refuse: stop"),
        ],
    );
}

#[test]
fn a_fenced_helm_may_do_nothing() {
    let mode = live(Gate::Fenced("lock lost".into()), false);
    for (method, target) in [
        ("GET", "/version"),
        ("PUT", RECORD),
        ("GET", RECORD),
        ("PATCH", OBJECT),
        ("DELETE", OBJECT),
        ("POST", SECRETS),
    ] {
        assert_eq!(word(&ask(&mode, method, target, JSON, b"{}")), "refuse: lock lost", "{method} {target}");
    }
}

#[test]
fn a_plan_sends_only_what_cannot_last() {
    let release = |name: &str| {
        format!(r#"{{"kind":"Secret","type":"helm.sh/release.v1","metadata":{{"name":"{name}"}}}}"#)
    };
    let own_json = release("sh.helm.release.v1.hub.v3");
    let others_json = release("sh.helm.release.v1.proxy.v3");
    check(
        &Mode::Plan,
        &[
            ("GET", OBJECT, "", b"", "forward"),
            ("POST", SECRETS, JSON, own_json.as_bytes(), "echo 201"),
            (
                "POST",
                SECRETS,
                PROTOBUF,
                &encode("sh.helm.release.v1.hub.v3", "helm.sh/release.v1", b"x"),
                "echo 201",
            ),
            ("PUT", RECORD, PROTOBUF, b"k8s", "echo 200"),
            ("DELETE", RECORD, PROTOBUF, b"k8s", "keep"),
            ("PATCH", RECORD, "application/merge-patch+json", b"{}", "refuse: *"),
            // Another release's record is an object like any other.
            ("POST", SECRETS, JSON, others_json.as_bytes(), "dry-run ?dryRun=All"),
            (
                "POST",
                SECRETS,
                PROTOBUF,
                &encode("sh.helm.release.v1.proxy.v3", "helm.sh/release.v1", b"x"),
                "refuse: *",
            ),
            // A Secret that only has the name is none either.
            ("POST", SECRETS, PROTOBUF, &encode("sh.helm.release.v1.hub.v3", "Opaque", b"x"), "refuse: *"),
            (
                "POST",
                SECRETS,
                JSON,
                b"{\"type\":\"Opaque\",\"metadata\":{\"name\":\"sh.helm.release.v1.hub.v3\"}}",
                "dry-run ?dryRun=All",
            ),
            (
                "PATCH",
                &format!("{OBJECT}?fieldManager=helm&force=false"),
                APPLY,
                b"{}",
                "dry-run ?fieldManager=helm&force=false&dryRun=All",
            ),
            (
                "PATCH",
                &format!("{OBJECT}?dryRun=&fieldManager=helm"),
                "application/strategic-merge-patch+json",
                b"{}",
                "dry-run ?fieldManager=helm&dryRun=All",
            ),
            ("PATCH", OBJECT, "application/json-patch+json", b"[]", "dry-run ?dryRun=All"),
            ("PATCH", OBJECT, "application/unheard-of", b"{}", "refuse: *"),
            ("PUT", OBJECT, JSON, b"{}", "dry-run ?dryRun=All"),
            ("PUT", OBJECT, PROTOBUF, b"k8s", "refuse: *"),
            (
                "DELETE",
                OBJECT,
                "",
                b"",
                "dry-run ?dryRun=All {\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"dryRun\":[\"All\"]}",
            ),
            (
                "DELETE",
                OBJECT,
                JSON,
                b"{\"propagationPolicy\":\"Background\"}",
                "dry-run ?dryRun=All {\"propagationPolicy\":\"Background\",\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"dryRun\":[\"All\"]}",
            ),
            ("DELETE", OBJECT, PROTOBUF, b"k8s", "refuse: *"),
            ("DELETE", "/api/v1/namespaces/prod/configmaps", JSON, b"{}", "refuse: *"),
            ("POST", "/api/v1/namespaces/prod/pods/hub/eviction", JSON, b"{}", "refuse: *"),
            ("PATCH", "/apis/apps/v1/namespaces/prod/deployments/hub/scale", APPLY, b"{}", "refuse: *"),
            ("POST", "/version", JSON, b"{}", "refuse: *"),
            ("BREW", OBJECT, JSON, b"{}", "refuse: *"),
            ("GET", "/api/v1/namespaces/prod/pods/hub/portforward", "", b"", "refuse: *"),
        ],
    );
}

proptest! {
    /// Whatever is asked, a plan never lets a write through that does not say dry run where the API server looks.
    #[test]
    fn no_request_escapes_a_plan(
        method in "(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|BREW)",
        path in "(/api/v1|/apis/apps/v1|/x)(/namespaces/prod)?(/[a-z]{1,8}){0,4}(/sh.helm.release.v1.hub.v2)?",
        query in "(dryRun=|&|dryRun=None|=|fieldManager=a|watch=true){0,6}",
        content_type in "(application/json|application/apply-patch\\+yaml|application/merge-patch\\+json|application/vnd.kubernetes.protobuf|text/x)?",
        body in prop_oneof!["\\PC{0,20}", Just("{\"dryRun\":[]}".to_owned()), Just("{\"DryRun\":null,\"a\":1}".to_owned())],
    ) {
        let target = format!("{path}?{query}");
        match ask(&Mode::Plan, &method, &target, &content_type, body.as_bytes()) {
            Decision::Forward => prop_assert!(method == "GET" || method == "HEAD"),
            Decision::ForwardAsDryRun { query, body } => {
                prop_assert!(query == "dryRun=All" || query.ends_with("&dryRun=All"), "{}", query);
                prop_assert_eq!(query.split('&').filter(|pair| pair.starts_with("dryRun")).count(), 1);
                if method == "DELETE" {
                    let options: serde_json::Value = serde_json::from_slice(&body.unwrap_or(Bytes::new())).unwrap();
                    prop_assert_eq!(&options["dryRun"], &serde_json::json!(["All"]));
                }
            }
            Decision::Echo { .. } | Decision::Keep => prop_assert!(path.contains("/secrets/sh.helm.release.v1.hub.v")),
            Decision::Refuse(status) => prop_assert_eq!(status.code, 403),
        }
    }
}
