//! What Helm is given, and what it is not.

use std::sync::Arc;
use std::time::Duration;

use helm_driver::{Progress, Values};

use crate::lab::{Lab, watch};

crate::both!(helm_gets_no_credential_of_the_cluster_and_values_only_in_memory);

async fn helm_gets_no_credential_of_the_cluster_and_values_only_in_memory(lab: Arc<Lab>) {
    lab.upgrade("count: 1\n").await;
    let mut upgrade = lab.with_values("hook: pre-upgrade\nhookTag: 1-never-ready\n");
    upgrade.values.push(Values::sealed("secrets/prod.yaml", b"password: planted-in-values\n").unwrap());
    let operation = lab.driver.upgrade(upgrade);
    let control = operation.control();
    let mut looked = None;
    let mut helm = 0;
    let result = watch(operation, |progress| match progress {
        Progress::Started { pid } => helm = *pid,
        Progress::Wrote { object, .. } if object.kind == "Job" => {
            looked = Some(look(helm));
            control.cancel("seen enough");
        }
        _ => {}
    })
    .await;
    assert!(result.is_err());
    let seen = looked.expect("the hook was never reached");

    let kubeconfig: serde_json::Value =
        serde_yaml::from_str(&std::fs::read_to_string(&lab.kubeconfig).unwrap()).unwrap();
    let cluster = &kubeconfig["clusters"][0]["cluster"];
    let user = &kubeconfig["users"][0]["user"];
    let forbidden: Vec<&str> = [
        &cluster["server"],
        &cluster["certificate-authority-data"],
        &user["token"],
        &user["client-key-data"],
        &user["client-certificate-data"],
    ]
    .into_iter()
    .filter_map(serde_json::Value::as_str)
    .collect();
    assert!(forbidden.len() >= 2, "the kubeconfig has nothing to look for");
    let everything = [seen.open.as_str(), &seen.environment, &seen.arguments].join("\n");
    for secret in forbidden {
        let secret = secret.trim_start_matches("https://");
        assert!(!everything.contains(secret), "Helm can see {secret:.20}");
    }
    assert!(seen.open.contains("proxy-url"), "Helm's kubeconfig was not found, so this test proves nothing");
    assert!(
        seen.open.contains("planted-in-values"),
        "Helm's values were not found, so this test proves nothing"
    );
    assert!(!seen.environment.contains("planted-in-values") && !seen.arguments.contains("planted-in-values"));
    let names: Vec<&str> = seen
        .environment
        .split('\0')
        .filter_map(|pair| pair.split('=').next())
        .filter(|name| !name.is_empty())
        .collect();
    for name in &names {
        let known =
            name.starts_with("HELM_") || ["HOME", "NO_COLOR", "KUBECACHEDIR", "TMPDIR"].contains(name);
        assert!(known, "Helm inherited {name}");
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    for entry in walk(lab.root()) {
        let bytes = std::fs::read(&entry).unwrap();
        assert!(!bytes.windows(17).any(|window| window == b"planted-in-values"), "{entry} holds a value");
    }
    assert!(
        std::fs::read_dir(lab.root().join("homes/run")).unwrap().next().is_none(),
        "a run left its directory"
    );
}

struct Seen {
    open: String,
    environment: String,
    arguments: String,
}

/// Everything the process can read without opening a path, its environment and its arguments.
fn look(pid: u32) -> Seen {
    let read = |name: &str| {
        String::from_utf8_lossy(&std::fs::read(format!("/proc/{pid}/{name}")).unwrap()).into_owned()
    };
    let mut open = String::new();
    for entry in std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap() {
        let path = entry.unwrap().path();
        let target = std::fs::read_link(&path).unwrap_or_default();
        if target.to_string_lossy().starts_with("/memfd:") {
            open.push_str(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
        }
    }
    Seen { open, environment: read("environ"), arguments: read("cmdline") }
}

fn walk(directory: &camino::Utf8Path) -> Vec<camino::Utf8PathBuf> {
    let entries = directory.read_dir_utf8().unwrap().map(|entry| entry.unwrap().into_path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
