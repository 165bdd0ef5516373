//! Steps that apply manifests: what is written, what is refused, and how a step is taken back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod common;

use std::process::Command;

use common::{BINDERHUB, Trial, run};
use serde_json::Value;

/// A kind of our own, and an object of it: the second needs the first. Cluster-wide names are the trial's own.
fn kinds(group: &str) -> String {
    format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: bans.{group}}}\nspec:\n  \
         group: {group}\n  scope: Namespaced\n  names: {{kind: Ban, plural: bans, singular: ban, listKind: BanList}}\n  \
         versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        \
         type: object\n        properties: {{spec: {{type: object, properties: {{host: {{type: string}}}}}}}}\n\
         ---\napiVersion: {group}/v1\nkind: Ban\nmetadata: {{name: bad}}\nspec: {{host: bad.example}}\n"
    )
}

fn map(data: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: motd}}\ndata: {{{data}}}\n")
}

fn write(trial: &Trial, file: &str, text: &str) {
    let path = trial.repository().join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn step(trial: &Trial, files: &str) {
    let step = format!("    - apply: {{name: base, files: [{files}]}}\n    - helm:\n");
    trial.edit("federation.yaml", "    - helm:\n", &step);
}

fn group(trial: &Trial) -> String {
    format!("{}.example.org", trial.namespace("staging"))
}

/// The data of the map that the steps apply; null where it is not there.
fn data(trial: &Trial) -> Value {
    let namespace = trial.namespace("staging");
    let said =
        trial.kubectl(&["get", "configmap", "motd", "-n", &namespace, "--ignore-not-found", "-o", "json"]);
    serde_json::from_str::<Value>(&said).map_or(Value::Null, |map| map["data"].clone())
}

/// Lets the next upgrade of staging fail.
fn breaks(trial: &Trial) {
    trial.set_tag("staging", &format!("{BINDERHUB}-crash-loop"));
}

#[test]
fn manifests_are_applied_before_their_release_and_once() {
    let Some(trial) = Trial::new("deploy: manifests") else { return };
    let group = group(&trial);
    write(&trial, "base/kinds.yaml", &kinds(&group));
    write(&trial, "base/map.yaml", &map("text: hello"));
    step(&trial, "base/kinds.yaml, base/map.yaml");
    let first = trial.deploy(&["staging"]);
    assert_eq!(first.code, Some(0), "{first}");
    assert!(first.stdout.contains("applied base: 3 objects in"), "{first}");
    let bans =
        trial.kubectl(&["get", &format!("bans.{group}"), "-n", &trial.namespace("staging"), "-o", "name"]);
    assert_eq!(bans.trim(), format!("ban.{group}/bad"));
    assert_eq!(data(&trial)["text"], "hello");
    let again = trial.deploy(&["staging"]);
    assert_eq!(again.code, Some(0), "{again}");
    assert!(again.stdout.contains("staging: nothing to change"), "{again}");
    // Fields that were left out of the manifest go; what others added stays.
    let namespace = trial.namespace("staging");
    let patch = "{\"data\": {\"theirs\": \"x\"}}";
    trial.kubectl(&["patch", "configmap", "motd", "-n", &namespace, "--type", "merge", "-p", patch]);
    write(&trial, "base/map.yaml", &map("more: yes there"));
    let changed = trial.deploy(&["staging"]);
    assert_eq!(changed.code, Some(0), "{changed}");
    assert_eq!(data(&trial), serde_json::json!({"more": "yes there", "theirs": "x"}));
    trial.kubectl(&["delete", "crd", &format!("bans.{group}"), "--wait=false"]);
}

#[test]
fn a_failure_takes_a_step_back_to_the_manifests_that_were_verified() {
    let Some(trial) = Trial::new("deploy: manifests taken back") else { return };
    write(&trial, "base/map.yaml", &map("text: hello"));
    step(&trial, "base/map.yaml");
    let first = trial.deploy(&["staging"]);
    assert_eq!(first.code, Some(0), "{first}");
    let more = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\ndata: {a: b}\n";
    write(&trial, "base/map.yaml", &format!("{}{more}", map("text: good bye, other: new")));
    breaks(&trial);
    let said = trial.deploy(&["staging"]);
    assert_eq!(said.code, Some(4), "{said}");
    assert_eq!(data(&trial), serde_json::json!({"text": "hello"}));
    let namespace = trial.namespace("staging");
    assert_eq!(trial.kubectl(&["get", "configmap", "more", "-n", &namespace, "--ignore-not-found"]), "");
    assert!(said.stderr.contains("base: 1 objects as they were, 1 removed"), "{said}");
}

/// A quota without room: the hub, which ends before its successor starts, could never come back under it.
#[test]
fn a_manifest_that_breaks_the_release_is_gone_before_the_old_one_is_judged() {
    let Some(trial) = Trial::new("deploy: a manifest that breaks") else { return };
    trial.install();
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: tight}\nspec: {hard: {pods: \"0\"}}\n";
    write(&trial, "base/quota.yaml", quota);
    step(&trial, "base/quota.yaml");
    let hub = "binderhub:\n  jupyterhub: {prePuller: {hook: {enabled: false}}, hub: {podAnnotations: {round: \"2\"}}}\n";
    trial.edit("config/staging.yaml", "binderhub:\n", hub);
    let said = trial.deploy(&["staging"]);
    assert_eq!(said.code, Some(4), "{said}");
    assert!(said.stdout.contains("QuotaExceeded"), "{said}");
    let quotas = trial.kubectl(&["get", "resourcequotas", "-n", &trial.namespace("staging"), "-o", "name"]);
    assert!(!quotas.contains("tight"), "{quotas}");
}

#[test]
fn a_first_step_that_fails_leaves_others_objects_as_they_were_and_keeps_new_kinds() {
    let Some(trial) = Trial::new("deploy: manifests of others") else { return };
    trial.install();
    let (namespace, group) = (trial.namespace("staging"), group(&trial));
    trial.kubectl(&["create", "configmap", "motd", "-n", &namespace, "--from-literal=theirs=x"]);
    write(&trial, "base/kinds.yaml", &kinds(&group));
    write(&trial, "base/map.yaml", &map("ours: y"));
    step(&trial, "base/kinds.yaml, base/map.yaml");
    breaks(&trial);
    let said = trial.deploy(&["staging"]);
    assert_eq!(said.code, Some(4), "{said}");
    assert_eq!(data(&trial), serde_json::json!({"theirs": "x"}));
    assert!(said.stdout.contains("warning[run.apply_kept]"), "{said}");
    let crd = format!("bans.{group}");
    assert!(trial.kubectl(&["get", "crd", &crd, "-o", "name"]).contains(&crd), "a CRD is never deleted");
    assert_eq!(trial.kubectl(&["get", &crd, "-n", &namespace, "-o", "name"]), "");
    trial.kubectl(&["delete", "crd", &crd, "--wait=false"]);
}

#[test]
fn fields_of_others_are_never_taken_and_nothing_is_written() {
    let Some(trial) = Trial::new("deploy: manifests in conflict") else { return };
    trial.install();
    let namespace = trial.namespace("staging");
    trial.kubectl(&["create", "configmap", "motd", "-n", &namespace, "--from-literal=text=theirs"]);
    write(&trial, "base/map.yaml", &map("text: ours"));
    step(&trial, "base/map.yaml");
    let said = trial.deploy(&["staging"]);
    assert_eq!(said.code, Some(8), "{said}");
    for wanted in
        ["error[run.apply_conflicts]", "ConfigMap/", "kubectl-create has .data.text", "--force-conflicts"]
    {
        assert!(said.stdout.contains(wanted), "no {wanted:?} in {said}");
    }
    assert_eq!(data(&trial)["text"], "theirs");
    assert_eq!(trial.statuses("staging"), ["deployed"]);
}

#[test]
fn a_step_of_a_dead_run_is_taken_back_by_the_next() {
    let Some(trial) = Trial::new("deploy: killed after a manifest") else { return };
    write(&trial, "base/map.yaml", &map("text: hello"));
    step(&trial, "base/map.yaml");
    assert_eq!(trial.deploy(&["staging"]).code, Some(0));
    write(&trial, "base/map.yaml", &map("text: good bye"));
    trial.set_tag("staging", &format!("{BINDERHUB}-never-ready"));
    let mut deploy = trial.start(&["staging"]);
    trial.wait_until("the map", |_| data(&trial)["text"] == "good bye");
    run(Command::new("kill").args(["-KILL", &deploy.id().to_string()]));
    deploy.wait().unwrap();
    write(&trial, "base/map.yaml", &map("text: hello"));
    trial.edit("config/staging.yaml", &format!("  image: {{tag: \"{BINDERHUB}-never-ready\"}}\n"), "");
    let next = trial.deploy(&["staging"]);
    assert_eq!(next.code, Some(0), "{next}");
    assert_eq!(data(&trial)["text"], "hello");
    assert!(next.stderr.contains("settled what run"), "{next}");
}
