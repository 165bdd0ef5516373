//! Both majors of helm take the fixture's chart, and render what its README says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use test_support::Sandbox;

fn folder() -> Utf8PathBuf {
    test_support::fixtures().join("federation")
}

#[expect(clippy::disallowed_methods, reason = "a test may start helm itself")]
fn helm(helm: &Utf8Path, args: &[&str]) -> String {
    let output = std::process::Command::new(helm).args(args).current_dir(folder()).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn values(member: &str) -> Vec<String> {
    let own = format!("config/{member}.yaml");
    let files =
        ["config/common/binderhub.yaml", "config/common/jupyterhub.yaml", &own, "config/test-secrets.yaml"];
    files.iter().flat_map(|file| ["-f".to_owned(), (*file).to_owned()]).collect()
}

fn template(binary: &Utf8Path, member: &str, more: &[&str]) -> String {
    let values = values(member);
    let mut args = vec!["template", member, "mybinder", "-n", member];
    args.extend(values.iter().map(String::as_str));
    args.extend(more);
    helm(binary, &args)
}

/// Each object as `Kind/name`, by the lines that begin a manifest.
fn objects(manifest: &str) -> BTreeSet<String> {
    let object = |document: &str| {
        let kind = document.lines().find_map(|line| line.strip_prefix("kind: "))?;
        let name = document.lines().find_map(|line| line.strip_prefix("  name: "))?;
        Some(format!("{kind}/{name}"))
    };
    manifest.split("\n---\n").filter_map(object).collect()
}

#[test]
fn the_chart_renders_what_the_readme_says() {
    let Some(sandbox) = Sandbox::or_skip("the_chart_renders_what_the_readme_says") else { return };
    for binary in [sandbox.helm.v3, sandbox.helm.v4].into_iter().flatten() {
        let lint = values("staging");
        let mut args = vec!["lint", "mybinder", "--strict"];
        args.extend(lint.iter().map(String::as_str));
        helm(&binary, &args);

        let staging = objects(&template(&binary, "staging", &[]));
        for object in [
            "Deployment/binder",
            "Deployment/hub",
            "Deployment/proxy",
            "DaemonSet/dind",
            "DaemonSet/image-cleaner",
            "StatefulSet/user-placeholder",
            "Job/hook-image-awaiter",
            "Secret/hub",
            "ConfigMap/site",
        ] {
            assert!(staging.contains(object), "{object} is not in {staging:?}");
        }
        assert_eq!(staging, objects(&template(&binary, "ovh", &[])));
        let prod = objects(&template(&binary, "prod", &[]));
        let only_prod: Vec<&String> = prod.difference(&staging).collect();
        assert_eq!(
            only_prod,
            [
                "ConfigMap/federation-redirect",
                "Deployment/federation-redirect",
                "Service/federation-redirect"
            ]
        );
    }
}

#[test]
fn an_edit_of_the_tag_reaches_the_binder() {
    let Some(sandbox) = Sandbox::or_skip("an_edit_of_the_tag_reaches_the_binder") else { return };
    for binary in [sandbox.helm.v3, sandbox.helm.v4].into_iter().flatten() {
        let untouched = "k8s-binderhub:1.0.0-0.dev.git.3983.h383374de\"";
        assert!(template(&binary, "staging", &[]).contains(untouched));
        let edited = template(&binary, "staging", &["--set", "binderhub.image.tag=1.2.3-crash-loop"]);
        assert!(edited.contains("k8s-binderhub:1.2.3-crash-loop\""));
    }
}
