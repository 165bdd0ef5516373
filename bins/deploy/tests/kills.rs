//! Runs that are killed, interrupted or cut off: none ends in an unknown state.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod common;

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use common::{BINDERHUB, Said, Trial, run};

/// A tag that never becomes ready: the run stays in its rollout until something ends it.
fn never_ready(trial: &Trial) {
    trial.set_tag("staging", &format!("{BINDERHUB}-never-ready"));
}

const ROLLOUT: &str = "\"stage\":\"rollout\",\"kind\":\"stage-started\"";
const ROLLBACK: &str = "\"stage\":\"rollback\",\"kind\":\"stage-started\"";

/// Waits until so many rollouts have begun in all runs of this test.
fn in_rollout(trial: &Trial, number: usize) {
    trial.wait_until("the rollout", |logs| logs.matches(ROLLOUT).count() >= number);
}

fn signal(name: &str, pid: u32) {
    run(Command::new("kill").args([name, &pid.to_string()]));
}

/// The helm that this run of `deploy` has started; waits for it.
fn helm_of(deploy: &Child) -> u32 {
    let began = Instant::now();
    loop {
        let children =
            std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", deploy.id())).unwrap_or_default();
        let threads = std::fs::read_dir(format!("/proc/{}/task", deploy.id())).unwrap();
        let of_threads =
            threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok());
        let all: String = of_threads.chain([children]).collect::<Vec<_>>().join(" ");
        for pid in all.split_whitespace() {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let words = String::from_utf8_lossy(&line).replace('\0', " ");
            if words.contains(" upgrade ") && trial_is_live(&words) {
                return pid.parse().unwrap();
            }
        }
        assert!(began.elapsed() < Duration::from_secs(60), "no helm was started");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Helm has begun when it has made its Secret: from here on a death leaves the release pending.
fn helm_has_begun(trial: &Trial) {
    let began = Instant::now();
    let namespace = trial.namespace("staging");
    while !trial
        .kubectl(&["get", "secrets", "-n", &namespace, "-o", "name"])
        .contains("sh.helm.release.v1.staging.v2")
    {
        assert!(began.elapsed() < Duration::from_secs(60), "helm never began");
    }
}

/// A plan also runs `helm upgrade`; it skips hooks.
fn trial_is_live(words: &str) -> bool {
    !words.contains("--no-hooks")
}

fn no_pending(trial: &Trial) {
    let statuses = trial.statuses("staging");
    assert!(!statuses.iter().any(|status| status.starts_with("pending")), "{statuses:?}");
    assert_eq!(statuses.last().unwrap(), "deployed", "{statuses:?}");
}

#[test]
fn a_killed_helm_is_settled_in_the_same_run() {
    let Some(trial) = Trial::new("deploy: helm killed") else { return };
    trial.install();
    trial.set_tag("staging", "1.0.0-0.dev.git.3900.h0000000");
    let deploy = trial.start(&["staging"]);
    let helm = helm_of(&deploy);
    helm_has_begun(&trial);
    signal("-KILL", helm);
    let said = Said::of(deploy.wait_with_output().unwrap());
    assert_eq!(said.code, Some(4), "{said}");
    assert!(said.stdout.contains("staging is back on revision 1"), "{said}");
    no_pending(&trial);
    assert!(trial.image("staging").ends_with(BINDERHUB));
}

#[test]
fn a_killed_deploy_is_settled_by_the_next_one_which_goes_on() {
    let Some(trial) = Trial::new("deploy: deploy killed in helm") else { return };
    trial.install();
    trial.set_tag("staging", &format!("{BINDERHUB}-crash-loop"));
    let mut deploy = trial.start(&["staging"]);
    let helm = helm_of(&deploy);
    helm_has_begun(&trial);
    signal("-KILL", deploy.id());
    deploy.wait().unwrap();
    // Its relay is gone, so helm cannot write any more; it ends by itself.
    let began = Instant::now();
    while std::path::Path::new(&format!("/proc/{helm}")).exists() {
        assert!(began.elapsed() < Duration::from_secs(60), "helm outlives its relay");
        std::thread::sleep(Duration::from_millis(50));
    }
    trial.edit(
        "config/staging.yaml",
        &format!("{BINDERHUB}-crash-loop\"}}\n"),
        &format!("{BINDERHUB}\"}}\n"),
    );
    let next = trial.deploy(&["staging"]);
    assert_eq!(next.code, Some(0), "{next}");
    assert!(next.stderr.contains("settled what run"), "{next}");
    no_pending(&trial);
    assert!(trial.image("staging").ends_with(BINDERHUB));
}

#[test]
fn a_deploy_killed_in_its_rollout_is_settled_too() {
    let Some(trial) = Trial::new("deploy: deploy killed in its rollout") else { return };
    trial.install();
    never_ready(&trial);
    let mut deploy = trial.start(&["staging"]);
    in_rollout(&trial, 2);
    signal("-KILL", deploy.id());
    deploy.wait().unwrap();
    trial.edit("config/staging.yaml", &format!("  image: {{tag: \"{BINDERHUB}-never-ready\"}}\n"), "");
    let next = trial.deploy(&["staging"]);
    assert_eq!(next.code, Some(0), "{next}");
    assert!(next.stderr.contains("settled what run"), "{next}");
    assert!(next.stderr.contains("is back on revision 1"), "{next}");
    no_pending(&trial);
    assert!(trial.image("staging").ends_with(BINDERHUB));
    // The region that the dead run opened in Grafana has its end as well.
    let open: Vec<serde_json::Value> = trial
        .annotations()
        .into_iter()
        .filter(|annotation| annotation["time"] == annotation["timeEnd"])
        .collect();
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_signal_settles_and_a_second_one_lets_go() {
    let Some(trial) = Trial::new("deploy: interrupted") else { return };
    trial.install();
    never_ready(&trial);
    let deploy = trial.start(&["staging"]);
    in_rollout(&trial, 2);
    signal("-TERM", deploy.id());
    let said = Said::of(deploy.wait_with_output().unwrap());
    assert_eq!(said.code, Some(130), "{said}");
    assert!(said.stdout.contains("staging is back on revision 1"), "{said}");
    no_pending(&trial);

    let deploy = trial.start(&["staging"]);
    // The install, the upgrade, its rollback, and now the second upgrade.
    in_rollout(&trial, 4);
    let rollbacks = trial.logs().matches(ROLLBACK).count();
    signal("-TERM", deploy.id());
    trial.wait_until("the rollback", |logs| logs.matches(ROLLBACK).count() > rollbacks);
    signal("-TERM", deploy.id());
    let said = Said::of(deploy.wait_with_output().unwrap());
    assert_eq!(said.code, Some(5), "{said}");
    assert!(said.stdout.contains("run.let_go"), "{said}");
    trial.edit("config/staging.yaml", &format!("  image: {{tag: \"{BINDERHUB}-never-ready\"}}\n"), "");
    let next = trial.deploy(&["staging"]);
    assert_eq!(next.code, Some(0), "{next}");
    no_pending(&trial);
}

#[test]
fn a_deadline_settles() {
    let Some(trial) = Trial::new("deploy: deadline") else { return };
    trial.install();
    never_ready(&trial);
    let said = trial.deploy(&["staging", "--deadline", "12s"]);
    assert_eq!(said.code, Some(70), "{said}");
    assert!(said.stdout.contains("staging is back on revision 1"), "{said}");
    no_pending(&trial);
}

#[test]
fn two_runs_of_one_release_do_not_mix() {
    let Some(trial) = Trial::new("deploy: two runs") else { return };
    trial.install();
    never_ready(&trial);
    let first = trial.start(&["staging"]);
    in_rollout(&trial, 2);
    let second = trial.deploy(&["staging"]);
    assert_eq!(second.code, Some(8), "{second}");
    assert!(second.stdout.contains("ledger.locked"), "{second}");
    assert!(second.stdout.contains("by ada"), "{second}");
    signal("-TERM", first.id());
    assert_eq!(Said::of(first.wait_with_output().unwrap()).code, Some(130));
    no_pending(&trial);
}

#[test]
fn a_stolen_lock_stops_every_further_write() {
    let Some(trial) = Trial::new("deploy: lock stolen") else { return };
    trial.install();
    never_ready(&trial);
    let deploy = trial.start(&["staging"]);
    in_rollout(&trial, 2);
    let namespace = trial.namespace("staging");
    let thief = r#"{"spec":{"holderIdentity":"thief"},"metadata":{"annotations":{"deploy.jupyterhub.org/holder":null}}}"#;
    trial.kubectl(&[
        "patch",
        "lease",
        "deploy-lock.staging",
        "-n",
        &namespace,
        "--type",
        "merge",
        "-p",
        thief,
    ]);
    let said = Said::of(deploy.wait_with_output().unwrap());
    assert_eq!(said.code, Some(5), "{said}");
    assert!(said.stdout.contains("run.lock_lost"), "{said}");
    // Nothing was put back: whoever has the lock now decides.
    assert_eq!(trial.statuses("staging"), ["superseded", "deployed"]);
    assert!(trial.image("staging").ends_with("-never-ready"));

    trial.kubectl(&["delete", "lease", "deploy-lock.staging", "-n", &namespace]);
    trial.edit("config/staging.yaml", &format!("  image: {{tag: \"{BINDERHUB}-never-ready\"}}\n"), "");
    let next = trial.deploy(&["staging"]);
    assert_eq!(next.code, Some(0), "{next}");
    assert!(next.stderr.contains("is back on revision 1"), "{next}");
    no_pending(&trial);
}
