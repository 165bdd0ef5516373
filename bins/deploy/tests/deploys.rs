//! Real deployments, green and red, by the binary, with a real API server and real Helm.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod common;

use common::{BINDERHUB, Said, Trial};
use serde_json::Value;

#[test]
fn a_first_install_is_verified_and_a_second_run_finds_nothing_to_do() {
    let Some(trial) = Trial::new("deploy: first install") else { return };
    let first = trial.deploy(&["staging"]);
    assert_eq!(first.code, Some(0), "{first}");
    for wanted in [
        "staging: done",
        "release staging revision 1 (first install), mybinder",
        "objects ready",
        "pass     binder.versions",
        "pass     launch.ready",
        "annotation",
    ] {
        assert!(first.stdout.contains(wanted), "no {wanted:?} in {first}");
    }
    let second = trial.deploy(&["staging"]);
    assert_eq!(second.code, Some(0), "{second}");
    assert!(second.stdout.contains("staging: nothing to change"), "{second}");
    assert_eq!(trial.statuses("staging"), ["deployed"]);
}

#[test]
fn all_members_are_deployed_wave_by_wave() {
    let Some(trial) = Trial::new("deploy: all waves") else { return };
    let said = trial.deploy(&["up", "all", "--output", "json"]);
    assert_eq!(said.code, Some(0), "{said}");
    let result: Value = serde_json::from_str(&said.stdout).unwrap();
    let members: Vec<&str> =
        result["members"].as_array().unwrap().iter().map(|m| m["name"].as_str().unwrap()).collect();
    assert_eq!(members, ["staging", "ovh", "prod"]);
    assert!(
        result["members"].as_array().unwrap().iter().all(|member| member["outcome"] == "done"),
        "{result:#}"
    );
    assert_eq!((&result["exit"], &result["annotation"][1]), (&0.into(), &true.into()));
}

/// What must hold after any failed upgrade of staging from revision 1.
fn is_back_on_revision_1(trial: &Trial, said: &Said) {
    assert_eq!(said.code, Some(4), "{said}");
    assert!(said.stdout.contains("staging is back on revision 1"), "{said}");
    let statuses = trial.statuses("staging");
    assert_eq!(statuses.last().unwrap(), "deployed", "{statuses:?}");
    assert!(!statuses.iter().any(|status| status.starts_with("pending")), "{statuses:?}");
    let last = trial.history("staging").last().unwrap()["revision"].as_u64().unwrap();
    assert_eq!(trial.manifest("staging", last.try_into().unwrap()), trial.manifest("staging", 1));
    assert!(trial.image("staging").ends_with(BINDERHUB), "{}", trial.image("staging"));
}

#[test]
fn a_crash_loop_goes_back_and_its_cause_is_named_to_the_last_word() {
    let Some(trial) = Trial::new("deploy: crash loop") else { return };
    trial.install();
    trial.set_tag("staging", &format!("{BINDERHUB}-crash-loop"));
    let said = trial.deploy(&["staging"]);
    is_back_on_revision_1(&trial, &said);
    let namespace = trial.namespace("staging");
    for wanted in [
        "staging: failed, and back on the last verified release".to_owned(),
        format!("Deployment/{namespace}/binder failed"),
        "CrashLoop".to_owned(),
        format!("Pod/{namespace}/binder-"),
        "container binder".to_owned(),
        "its last words:".to_owned(),
    ] {
        assert!(said.stdout.contains(&wanted), "no {wanted:?} in {said}");
    }
    // The next run, with the edit taken back, finds everything as it was.
    trial.edit("config/staging.yaml", &format!("  image: {{tag: \"{BINDERHUB}-crash-loop\"}}\n"), "");
    let next = trial.deploy(&["staging"]);
    assert_eq!(next.code, Some(0), "{next}");
    assert!(next.stdout.contains("nothing to change"), "{next}");
}

#[test]
fn a_green_rollout_of_the_wrong_version_goes_back_by_verify() {
    let Some(trial) = Trial::new("deploy: wrong version") else { return };
    trial.install();
    trial.set_tag("staging", "1.0.0-0.dev.git.3900.h0000000");
    let said = trial.deploy(&["staging"]);
    is_back_on_revision_1(&trial, &said);
    assert!(said.stderr.contains("FAIL     binder.versions"), "{said}");
    assert!(said.stdout.contains("run.checks"), "{said}");
    assert!(!said.stdout.contains("rollout.failed"), "{said}");
}

#[test]
fn helm_4_carries_the_same_story() {
    let Some(trial) = Trial::new("deploy: Helm 4") else { return };
    let helm = trial.sandbox.helm.v4.clone().expect("the sandbox has Helm 4").to_string();
    let install = trial.deploy(&["staging", "--helm", &helm]);
    assert_eq!(install.code, Some(0), "{install}");
    assert!(install.stderr.contains("preflight helm 4."), "{install}");
    let again = trial.deploy(&["staging", "--helm", &helm]);
    assert!(again.stdout.contains("nothing to change"), "{again}");
    trial.set_tag("staging", &format!("{BINDERHUB}-crash-loop"));
    let said = trial.deploy(&["staging", "--helm", &helm]);
    is_back_on_revision_1(&trial, &said);
    assert!(said.stdout.contains("CrashLoop"), "{said}");
}

#[test]
fn a_missing_image_goes_back() {
    let Some(trial) = Trial::new("deploy: missing image") else { return };
    trial.install();
    trial.set_tag("staging", &format!("{BINDERHUB}-image-not-found"));
    let said = trial.deploy(&["staging"]);
    is_back_on_revision_1(&trial, &said);
    assert!(said.stdout.contains("ImageNotFound"), "{said}");
}

#[test]
fn a_failed_first_install_is_taken_away() {
    let Some(trial) = Trial::new("deploy: failed first install") else { return };
    trial.set_tag("staging", &format!("{BINDERHUB}-crash-loop"));
    let said = trial.deploy(&["staging"]);
    assert_eq!(said.code, Some(4), "{said}");
    assert!(said.stdout.contains("was removed: there was no release before it"), "{said}");
    let left =
        trial.kubectl(&["get", "deployments,secrets", "-n", &trial.namespace("staging"), "-o", "name"]);
    assert_eq!(left.trim(), "", "{left}");
}

#[test]
fn a_plan_writes_nothing_and_says_what_a_deployment_then_does() {
    let Some(trial) = Trial::new("deploy: plan") else { return };
    trial.install();
    let namespace = trial.namespace("staging");
    let everything = || {
        let kinds = "deployments,daemonsets,statefulsets,services,configmaps,secrets,leases";
        let path = "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.uid} {.metadata.generation}\n{end}";
        trial.kubectl(&["get", kinds, "-n", &namespace, "-o", path])
    };
    let empty = trial.deploy(&["plan", "staging", "--exit-code"]);
    assert_eq!(empty.code, Some(0), "{empty}");
    trial.set_tag("staging", "1.0.0-0.dev.git.3900.h0000000");
    let before = everything();
    let plan = trial.deploy(&["plan", "staging", "--exit-code"]);
    assert_eq!(plan.code, Some(6), "{plan}");
    assert!(plan.stdout.contains("~ Deployment/binder"), "{plan}");
    assert!(plan.stdout.contains("restarts binder"), "{plan}");
    assert_eq!(everything(), before);
    assert_eq!(trial.statuses("staging"), ["deployed"]);
}

#[test]
fn a_log_replays_to_the_same_summary_and_exit_code() {
    let Some(trial) = Trial::new("deploy: replay") else { return };
    trial.install();
    trial.set_tag("staging", "1.0.0-0.dev.git.3900.h0000000");
    let log = trial.home().join("log.jsonl");
    let said = trial.deploy(&["staging", "--events", log.as_str()]);
    let replay = Said::of(trial.command(&["replay", log.as_str()]).output().unwrap());
    assert_eq!((replay.code, &replay.stdout), (said.code, &said.stdout), "{replay}");
    // Only the run itself says where its log is.
    let lines = |said: &Said| {
        said.stderr.lines().filter(|line| !line.starts_with("log: ")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines(&replay), lines(&said));
}

/// A release that somebody made with Helm alone, as every federation has before its first run.
fn installed_by_helm(trial: &Trial) {
    let namespace = trial.namespace("staging");
    let repository = trial.repository();
    let mut helm = std::process::Command::new(trial.sandbox.helm.v3.as_ref().unwrap());
    helm.current_dir(&repository).env("KUBECONFIG", &trial.sandbox.kubeconfig).env("HOME", trial.home());
    helm.args(["install", "staging", "mybinder", "--namespace", &namespace, "--create-namespace", "--wait"]);
    for file in [
        "config/common/binderhub.yaml",
        "config/common/jupyterhub.yaml",
        "config/staging.yaml",
        "config/test-secrets.yaml",
    ] {
        helm.args(["-f", file]);
    }
    common::run(&mut helm);
}

#[test]
fn a_release_that_was_never_verified_is_verified_before_it_is_touched() {
    let Some(trial) = Trial::new("deploy: baseline") else { return };
    installed_by_helm(&trial);
    trial.set_tag("staging", &format!("{BINDERHUB}-crash-loop"));
    let said = trial.deploy(&["staging"]);
    is_back_on_revision_1(&trial, &said);
    assert!(said.stderr.contains("baseline  pass     binder.versions"), "{said}");
}

#[test]
fn a_release_that_fails_its_checks_is_not_touched_unless_that_is_accepted() {
    let Some(trial) = Trial::new("deploy: failing baseline") else { return };
    trial.set_tag("staging", "1.0.0-0.dev.git.3900.h0000000");
    installed_by_helm(&trial);
    let refused = trial.deploy(&["staging"]);
    assert_eq!(refused.code, Some(8), "{refused}");
    assert!(refused.stdout.contains("run.baseline_failed"), "{refused}");
    assert_eq!(trial.statuses("staging"), ["deployed"]);

    // Nothing is there to go back to, so a failure ends with a person.
    let failed = trial.deploy(&["staging", "--accept-unverified"]);
    assert_eq!(failed.code, Some(5), "{failed}");
    assert!(failed.stdout.contains("run.nothing_verified"), "{failed}");
}
