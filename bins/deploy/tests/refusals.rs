//! What is wrong before anything was written is told with its place and the next step, and nothing is written.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod common;

use common::{Said, Trial};
use sandbox::AuditLog;

/// Every write to this test's namespaces since `mark`, dry runs apart.
fn writes(trial: &Trial, log: &AuditLog, mark: sandbox::Mark) -> Vec<String> {
    // The audit log is written behind the answer.
    std::thread::sleep(std::time::Duration::from_millis(500));
    let prefix = trial.namespace("");
    let ours = |request: &sandbox::Request| {
        request.namespace.starts_with(&prefix) || request.name.starts_with(&prefix)
    };
    let requests = log.since(mark).unwrap();
    requests
        .iter()
        .filter(|r| ours(r) && r.is_write() && !r.dry_run)
        .map(|r| format!("{} {}", r.verb, r.uri))
        .collect()
}

/// Runs `deploy`, which must refuse and write nothing.
fn refused(trial: &Trial, words: &[&str], codes: &[i32]) -> Said {
    let log = AuditLog::open(&trial.sandbox.audit_log);
    let mark = log.mark().unwrap();
    let said = trial.deploy(words);
    assert!(codes.contains(&said.code.unwrap()), "{said}");
    assert_eq!(writes(trial, &log, mark), Vec::<String>::new(), "{said}");
    said
}

fn says(said: &Said, wanted: &[&str]) {
    let all = format!("{}{}", said.stdout, said.stderr);
    for wanted in wanted {
        assert!(all.contains(wanted), "no {wanted:?} in {said}");
    }
}

#[test]
fn a_tab_in_a_values_file() {
    let Some(trial) = Trial::new("deploy: tab in values") else { return };
    trial.edit("config/staging.yaml", "projectName: staging", "projectName: staging\nhub:\n\tport: 1");
    let said = refused(&trial, &["staging"], &[1, 2]);
    says(&said, &["helm.values_yaml", "config/staging.yaml:3:1", "help:"]);
}

#[test]
fn a_wrong_key() {
    let Some(trial) = Trial::new("deploy: wrong key") else { return };
    let key = trial.home().join("another-key");
    // The key of another repository: the same file with other bytes where the two keys stand.
    let mut bytes = std::fs::read(trial.repository().join("test-git-crypt-key")).unwrap();
    bytes[40..72].iter_mut().for_each(|byte| *byte ^= 0x5a);
    bytes[80..144].iter_mut().for_each(|byte| *byte ^= 0x5a);
    std::fs::write(&key, bytes).unwrap();
    let said = refused(&trial, &["staging", "--key", key.as_str()], &[1, 2]);
    says(&said, &["vault.wrong_key", "secrets/", "help:"]);
}

#[test]
fn no_key_at_all_and_a_key_in_the_environment() {
    let Some(trial) = Trial::new("deploy: no key") else { return };
    let said = Said::of(trial.keyless(&["staging"]).output().unwrap());
    assert_eq!(said.code, Some(1), "{said}");
    says(&said, &["run.no_key", "GIT_CRYPT_KEY"]);
    let said = Said::of(trial.command(&["staging", "--key", "/nowhere/key"]).output().unwrap());
    assert_eq!(said.code, Some(2), "{said}");
    says(&said, &["cli.unreadable", "/nowhere/key"]);

    let mut base64 = std::process::Command::new("base64");
    let key = common::run(base64.arg(trial.repository().join("test-git-crypt-key")));
    assert!(key.trim().contains('\n'), "wrapped, as an operator would paste it");
    let said = Said::of(trial.keyless(&["plan", "staging"]).env("GIT_CRYPT_KEY", &key).output().unwrap());
    assert_eq!(said.code, Some(0), "{said}");
    says(&said, &["files opened in memory"]);
    let said =
        Said::of(trial.keyless(&["plan", "staging"]).env("GIT_CRYPT_KEY", "not base64!").output().unwrap());
    assert_eq!(said.code, Some(2), "{said}");
    says(&said, &["vault.key_not_base64", "GIT_CRYPT_KEY"]);
}

#[test]
fn an_unknown_member_is_told_the_nearest() {
    let Some(trial) = Trial::new("deploy: unknown member") else { return };
    let said = refused(&trial, &["stagin"], &[2]);
    says(&said, &["stagin", "staging"]);
}

#[test]
fn an_unknown_key_has_its_line() {
    let Some(trial) = Trial::new("deploy: unknown key") else { return };
    trial.edit("federation.yaml", "chart: mybinder", "chrat: mybinder");
    let said = refused(&trial, &["staging"], &[2]);
    says(&said, &["federation.yaml:", "chrat", "chart"]);
}

#[test]
fn no_cluster() {
    let Some(trial) = Trial::new("deploy: no cluster") else { return };
    let path = trial.home().join("dead.yaml");
    let dead = "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{name: c, context: {cluster: c, user: u}}]\n\
                clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\nusers: [{name: u, user: {token: t}}]\n";
    std::fs::write(&path, dead).unwrap();
    let said = refused(&trial, &["staging", "--kubeconfig", path.as_str()], &[1]);
    says(&said, &["cluster.unreachable", "127.0.0.1:1", "help:"]);
}

#[test]
fn ciphertext_that_is_not_declared_sealed() {
    let Some(trial) = Trial::new("deploy: undeclared ciphertext") else { return };
    let from = "{file: \"secrets/config/{member}.yaml\", sealed: true}";
    trial.edit("federation.yaml", from, "{file: \"secrets/config/{member}.yaml\"}");
    let said = refused(&trial, &["staging"], &[1, 2]);
    says(&said, &["secrets/config/staging.yaml"]);
}

#[test]
fn plaintext_where_ciphertext_must_be() {
    let Some(trial) = Trial::new("deploy: plaintext") else { return };
    std::fs::write(trial.repository().join("secrets/config/staging.yaml"), "a: planted-plaintext-value\n")
        .unwrap();
    let said = refused(&trial, &["staging"], &[1, 2]);
    says(&said, &["vault.plaintext", "secrets/config/staging.yaml"]);
    assert!(!format!("{said}").contains("planted-plaintext-value"), "{said}");
}

#[test]
fn a_template_that_fails_names_its_file_and_line() {
    let Some(trial) = Trial::new("deploy: template") else { return };
    std::fs::write(
        trial.repository().join("mybinder/templates/broken.yaml"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ required \"give it a name\" .Values.nothing }}\n",
    )
    .unwrap();
    let said = refused(&trial, &["staging"], &[1, 2]);
    says(&said, &["helm.template", "broken.yaml:4", "give it a name"]);
}

#[test]
fn a_chart_that_holds_another_version_than_it_asks_for() {
    let Some(trial) = Trial::new("deploy: vendored chart") else { return };
    trial.edit("mybinder/Chart.yaml", common::BINDERHUB, "1.0.0-0.dev.git.3990.h1234567");
    let said = refused(&trial, &["staging"], &[1, 2]);
    says(
        &said,
        &["helm.chart_vendored", "mybinder/Chart.yaml:", "git.3990.h1234567", "helm dependency build"],
    );
}
