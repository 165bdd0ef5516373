//! Secrets that real Helm 3 and 4 wrote.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use helm_release::{ApplyMethod, HookPhase, Release, Status, parse_secret_name};
use serde_json::{Value, json};

fn secret(name: &str, major: u8) -> Value {
    let path = test_support::fixtures().join(format!("helm/secrets/{name}.{major}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn release(name: &str, major: u8) -> Release {
    Release::decode_secret(&secret(name, major)).unwrap()
}

#[test]
fn both_majors_releases_are_read() {
    for (major, method) in [(3, ApplyMethod::ClientSide), (4, ApplyMethod::ServerSide)] {
        let first = release("superseded", major);
        assert_eq!((first.name().as_str(), first.revision().get()), ("rel", 1));
        assert_eq!((first.status(), first.description()), (&Status::Superseded, "commit 1a2b3c"));
        assert_eq!(first.labels().iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>(), ["run=r1"]);
        assert_eq!((first.chart().name.as_str(), first.chart().version.as_str()), ("plain", "0.1.0"));
        assert_eq!(first.chart().app_version.as_deref(), Some("1"));
        assert_eq!(first.value("color"), Some(&json!("blue")));
        assert!(first.first_deployed().is_some() && first.first_deployed() == first.last_deployed());
        assert_eq!(first.apply_method(), method);

        let live = release("deployed", major);
        assert_eq!((live.status(), live.revision().get()), (&Status::Deployed, 2));
        assert_eq!(live.value("color"), Some(&json!("red")), "given values win over the chart's");
        assert_eq!(live.chart_values().unwrap()["color"], "blue");
        assert!(live.last_deployed() > live.first_deployed());
        let objects = live.objects();
        assert_eq!(objects[0].object.to_string(), format!("ConfigMap/{}/rel-a", live.namespace()));
        assert_eq!(objects[0].template.as_deref(), Some("plain/templates/cm.yaml"));
    }
}

#[test]
fn a_broken_off_upgrade_and_a_failed_hook_are_seen() {
    for major in [3, 4] {
        let pending = release("pending-upgrade", major);
        assert!(pending.status().is_pending());
        assert_eq!(pending.hooks()[0].phase, HookPhase::Running);
        let failed = release("failed-hook", major);
        assert_eq!(failed.status(), &Status::Failed);
        assert!(failed.description().starts_with("Release \"r-hf\" failed: failed pre-install:"));
        let hook = &failed.hooks()[0];
        assert_eq!((hook.kind.as_str(), hook.name.as_str(), &hook.phase), ("Job", "hf", &HookPhase::Failed));
        assert_eq!(
            (hook.events.as_slice(), hook.path.as_str()),
            (["pre-install".to_owned()].as_slice(), "hookfail/templates/h.yaml")
        );
        assert_eq!(hook.delete_policies, ["before-hook-creation"]);
    }
}

#[test]
fn what_is_written_back_is_what_helm_wrote() {
    for major in [3, 4] {
        for name in ["superseded", "deployed", "failed-hook", "pending-upgrade"] {
            let secret = secret(name, major);
            let first = Release::decode_secret(&secret).unwrap();
            let again = Release::decode(&first.encode().unwrap(), &first.secret_labels()).unwrap();
            assert_eq!(again, first);
            assert_eq!(secret["metadata"]["name"], first.secret_name());
            assert_eq!(
                parse_secret_name(&first.secret_name()).unwrap(),
                (first.name().clone(), first.revision())
            );
            for (label, value) in first.secret_labels() {
                assert_eq!(secret["metadata"]["labels"][&label], value, "{label}");
            }
        }
    }
}
