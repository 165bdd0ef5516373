//! `deploy wait` on a real control plane, and `deploy diagnose` on what a real kubelet left behind.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use test_support::Sandbox;

/// What a run said.
struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Said {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{}\n{}", self.stdout, self.stderr))
    }

    #[track_caller]
    fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self
    }
}

fn deploy(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deploy"));
    command.env_clear().args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    Said {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The objects at the end of a recording, as `kubectl get -o json` would print them.
fn saved(recording: &str) -> tempfile::NamedTempFile {
    let file = test_support::fixtures().join(format!("kubelet/{recording}.jsonl"));
    let text = std::fs::read_to_string(file).unwrap();
    let mut objects: BTreeMap<String, Value> = BTreeMap::new();
    for line in text.lines().skip(1).map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let Some(uid) = line["object"]["metadata"]["uid"].as_str() else { continue };
        match line["type"].as_str().unwrap() {
            "ADDED" | "MODIFIED" | "SNAPSHOT" => drop(objects.insert(uid.to_owned(), line["object"].clone())),
            "DELETED" => drop(objects.remove(uid)),
            _ => {}
        }
    }
    let items: Vec<Value> = objects.into_values().collect();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(file, "{}", json!({"kind": "List", "apiVersion": "v1", "items": items})).unwrap();
    file
}

fn diagnose(recording: &str, more: &[&str]) -> Said {
    let file = saved(recording);
    let words = [&["diagnose", "--from", file.path().to_str().unwrap()], more].concat();
    run(&mut deploy(&words))
}

#[test]
fn a_saved_crash_loop_fails_with_its_container_and_what_to_type() {
    let said = diagnose("crash-loop-exit1", &[]).ends_with(1);
    assert!(said.stdout.starts_with("failed at 2026-"), "{}", said.stdout);
    for words in
        ["Deployment/crash-loop-exit1/web failed", "CrashLoop in Pod/", "container app", "next: kubectl -n"]
    {
        assert!(said.stdout.contains(words), "{words}: {}", said.stdout);
    }
}

#[test]
fn scripts_get_the_keys_that_are_promised_and_no_others() {
    let report = diagnose("second-container-crashes", &["--output", "json"]).ends_with(1).json();
    assert_eq!(report.as_object().unwrap().len(), 2, "verdict and objects: {report}");
    let object = report["objects"].as_array().unwrap().iter().find(|it| it["kind"] == "Deployment").unwrap();
    let mut keys: Vec<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["cause", "container", "evidence", "kind", "name", "namespace", "since", "verdict"]);
    assert_eq!((&report["verdict"], &object["verdict"]), (&json!("failed"), &json!("failed")));
    assert_eq!((&object["cause"], &object["container"]), (&json!("CrashLoop"), &json!("exporter")));
}

#[test]
fn what_is_ready_or_may_still_heal_is_no_failure() {
    let ready = diagnose("rolling-update-3", &["--output", "json"]).ends_with(0).json();
    assert_eq!(ready["verdict"], "ready");
    let waiting = diagnose("image-rate-limited", &["--output", "json"]).ends_with(0).json();
    assert_eq!(
        (&waiting["verdict"], &waiting["objects"][0]["cause"]),
        (&json!("in-progress"), &json!("ImageRateLimited"))
    );
}

#[test]
fn the_moment_decides_where_a_grace_does() {
    let early = diagnose("unschedulable-taint", &["--at", "2026-11-21T06:24:55Z"]).ends_with(0);
    assert!(early.stdout.starts_with("in progress at"), "{}", early.stdout);
    let late = diagnose("unschedulable-taint", &["--at", "2026-11-21T06:26:00Z"]).ends_with(1);
    assert!(late.stdout.contains("untolerated taint"), "{}", late.stdout);
}

#[test]
fn what_is_no_list_is_a_usage_error_with_its_place() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(file, "{{\n  \"kind\": oops").unwrap();
    let path = file.path().to_str().unwrap();
    let said = run(&mut deploy(&["diagnose", "--from", path])).ends_with(2);
    assert!(said.stderr.contains("cli.not_json") && said.stderr.contains(":2:"), "{}", said.stderr);
    for (words, code) in [
        (vec!["diagnose", "--from", "/no/such/file"], "cli.unreadable"),
        (vec!["diagnose", "--from", "-"], "cli.not_json"),
        (vec!["wait", "-n", "hub"], "cli.no_kubeconfig"),
    ] {
        let said = run(&mut deploy(&words)).ends_with(2);
        assert!(said.stderr.contains(code), "{}", said.stderr);
    }
    run(&mut deploy(&["diagnose", "--from", path, "--at", "noon"])).ends_with(2);
    run(&mut deploy(&["wait", "-n", "Not A Name"])).ends_with(2);
}

/// A namespace of its own in the sandbox.
struct Home {
    sandbox: Sandbox,
    namespace: String,
}

impl Home {
    fn or_skip(test: &str) -> Option<Self> {
        let sandbox = Sandbox::or_skip(test)?;
        let home =
            Self { sandbox, namespace: format!("wait-{}-{}", test.replace('_', "-"), std::process::id()) };
        home.kubectl(&["create", "namespace", &home.namespace], None);
        Some(home)
    }

    fn kubectl(&self, words: &[&str], input: Option<&Value>) -> String {
        let mut kubectl = Command::new(self.sandbox.kubectl.as_ref().expect("the sandbox has kubectl"));
        kubectl.env("KUBECONFIG", &self.sandbox.kubeconfig).args(words);
        kubectl.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = kubectl.spawn().unwrap();
        if let Some(input) = input {
            child.stdin.as_mut().unwrap().write_all(input.to_string().as_bytes()).unwrap();
        }
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn apply(&self, name: &str, tag: &str) {
        let template = json!({"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "app",
            "image": format!("registry.example/app:{tag}"), "readinessProbe": {"tcpSocket": {"port": 8080}, "periodSeconds": 1}}]}});
        let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": name, "namespace": self.namespace, "labels": {"app": name}},
            "spec": {"selector": {"matchLabels": {"app": name}}, "template": template}});
        self.kubectl(&["apply", "-f", "-"], Some(&deployment));
    }

    fn wait(&self, more: &[&str]) -> Command {
        let kubeconfig = self.sandbox.kubeconfig.as_str();
        deploy(&[&["wait", "-n", &self.namespace, "--kubeconfig", kubeconfig], more].concat())
    }

    fn remove(self) {
        self.kubectl(&["delete", "namespace", &self.namespace, "--wait=false"], None);
    }
}

#[test]
fn a_namespace_is_waited_for_until_it_is_ready_or_broken() {
    let Some(home) = Home::or_skip("namespace") else { return };
    home.apply("web", "1.0");
    let said = run(&mut home.wait(&[])).ends_with(0);
    assert!(said.stdout.starts_with("ready after "), "{}", said.stdout);
    assert!(said.stderr.contains("Deployment/") && !said.stderr.contains('\u{1b}'), "{}", said.stderr);
    home.apply("broken", "1.0-image-not-found");
    let report = run(&mut home.wait(&["--output", "json", "-q"])).ends_with(1).json();
    let broken = report["objects"].as_array().unwrap().iter().find(|it| it["name"] == "broken").unwrap();
    assert_eq!((&broken["cause"], &broken["container"]), (&json!("ImageNotFound"), &json!("app")));
    run(&mut home.wait(&["--selector", "app=web"])).ends_with(0);
    // The same objects, saved.
    let list = home.kubectl(&["-n", &home.namespace, "get", "deploy,rs,pods,events", "-o", "json"], None);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(list.as_bytes()).unwrap();
    let said = run(&mut deploy(&["diagnose", "--from", file.path().to_str().unwrap()])).ends_with(1);
    assert!(said.stdout.contains("ImageNotFound"), "{}", said.stdout);
    home.remove();
}

#[test]
fn a_release_is_read_from_helms_own_record() {
    let Some(home) = Home::or_skip("release") else { return };
    home.apply("beside", "1.0-image-not-found");
    let chart = tempfile::tempdir().unwrap();
    std::fs::create_dir(chart.path().join("templates")).unwrap();
    std::fs::write(chart.path().join("Chart.yaml"), "apiVersion: v2\nname: web\nversion: 1.0.0\n").unwrap();
    let manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  \
        template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: app, image: \"registry.example/app:1.0\", readinessProbe: {tcpSocket: {port: 1}}}]}\n\
        ---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}], selector: {app: web}}\n";
    std::fs::write(chart.path().join("templates/web.yaml"), manifest).unwrap();
    let mut helm = Command::new(home.sandbox.helm.v3.as_ref().expect("the sandbox has Helm 3"));
    helm.env("KUBECONFIG", &home.sandbox.kubeconfig).env("HOME", chart.path());
    helm.args(["install", "web", chart.path().to_str().unwrap(), "-n", &home.namespace]);
    let installed = helm.output().unwrap();
    assert!(installed.status.success(), "{}", String::from_utf8_lossy(&installed.stderr));
    let report = run(&mut home.wait(&["--release", "web", "--output", "json"])).ends_with(0).json();
    let mut kinds: Vec<_> =
        report["objects"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["Deployment", "Service"]);
    let said = run(&mut home.wait(&["--release", "absent"])).ends_with(2);
    assert!(said.stderr.contains("cli.no_release"), "{}", said.stderr);
    home.remove();
}

#[test]
fn what_fits_nothing_is_a_slip_and_never_ready() {
    let Some(home) = Home::or_skip("nothing") else { return };
    let slip = run(&mut home.wait(&["--selector", "app=absent"])).ends_with(2);
    assert!(slip.stderr.contains("cli.nothing_to_wait_for") && slip.stdout.is_empty(), "{}", slip.stderr);
    home.remove();
}

#[test]
fn the_deadline_an_interrupt_and_a_missing_right_have_codes_of_their_own() {
    let Some(home) = Home::or_skip("codes") else { return };
    home.apply("web", "1.0-never-ready");
    let late = run(&mut home.wait(&["--timeout", "3s", "--output", "json"])).ends_with(70).json();
    assert_eq!(late["verdict"], "in-progress");
    let child = home.wait(&["--timeout", "5m", "--output", "json"]).spawn().unwrap();
    // Long enough to have listed everything once.
    std::thread::sleep(Duration::from_secs(3));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let partial: Value = serde_json::from_slice(&output.stdout).expect("the partial diagnosis");
    assert_eq!((&partial["verdict"], &partial["objects"][0]["name"]), (&json!("in-progress"), &json!("web")));
    let nobody = home.sandbox.nobody.as_str();
    let said = run(&mut deploy(&["wait", "-n", &home.namespace, "--kubeconfig", nobody])).ends_with(7);
    assert!(said.stderr.contains("rollout.forbidden"), "{}", said.stderr);
    home.remove();
}
