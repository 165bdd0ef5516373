//! Failures have their class, their place and a state that is known.

use std::sync::Arc;
use std::time::Duration;

use helm_driver::{Class, Driver, Error, Failure, Helm, Values};
use problem::Diagnose as _;

use crate::lab::{Lab, finish};

crate::both!(
    a_failing_hook_is_named,
    a_failing_template_is_named_with_its_line,
    a_dead_cluster_is_reported_as_such,
    a_missing_right_is_named,
    broken_values_are_found_before_helm_starts,
    what_the_values_check_refuses_helm_refuses_too,
);

async fn failure(lab: &Lab, values: &str) -> (Failure, Error) {
    let error = finish(lab.driver.upgrade(lab.with_values(values))).await.unwrap_err();
    match &error {
        Error::Failed(failure) => ((**failure).clone(), error),
        _ => panic!("{error}"),
    }
}

async fn a_failing_hook_is_named(lab: Arc<Lab>) {
    lab.upgrade("count: 1\n").await;
    let (failure, error) =
        failure(&lab, "hook: pre-upgrade\nhookTag: 1-never-ready\nhookDeadline: 1\ncolor: red\n").await;
    assert_eq!(failure.class, Class::Hook, "{}", failure.message);
    assert_eq!(failure.left.last.as_ref().unwrap().kind, "Job");
    assert_eq!(failure.left.record.as_ref().unwrap().revision.get(), 2);
    assert!(error.changed_anything());
    assert_eq!(lab.history().await, ["1 deployed", "2 failed"]);
}

async fn a_failing_template_is_named_with_its_line(lab: Arc<Lab>) {
    let path = lab.root().join("lab/templates/extra.yaml");
    std::fs::write(&path, "a: 1\nb: {{ .Values.not.there }}\n").unwrap();
    let (failure, error) = failure(&lab, "count: 1\n").await;
    assert_eq!(failure.class, Class::Template);
    let place = error.place().unwrap();
    assert_eq!((place.file, place.line), (path, 2));
    assert!(!error.changed_anything());
    assert!(lab.history().await.is_empty());
}

async fn a_dead_cluster_is_reported_as_such(lab: Arc<Lab>) {
    let config = kube::Config::new("http://127.0.0.1:1".parse().unwrap());
    let driver = Driver::new(lab.driver.helm().clone(), kube::Client::try_from(config).unwrap());
    let error = finish(driver.upgrade(lab.with_values("count: 1\n"))).await.unwrap_err();
    let Error::Failed(failure) = &error else { panic!("{error}") };
    assert_eq!(failure.class, Class::Unreachable, "{}", failure.message);
    assert!(failure.message.contains("refused"), "{}", failure.message);
    assert!(!error.changed_anything());
    let history = driver.history(&lab.namespace, &lab.release).await.unwrap_err();
    assert_eq!(history.code().as_str(), "helm.history");
}

async fn a_missing_right_is_named(lab: Arc<Lab>) {
    // The account `default` of a namespace may do nothing.
    let accounts: kube::Api<k8s_openapi::api::core::v1::ServiceAccount> =
        kube::Api::namespaced(lab.client.clone(), lab.namespace.as_str());
    let account = serde_json::from_value(serde_json::json!({"metadata": {"name": "nobody"}})).unwrap();
    accounts.create(&Default::default(), &account).await.unwrap();
    let request =
        serde_json::from_value(serde_json::json!({"spec": {"audiences": []}, "metadata": {}})).unwrap();
    let token = accounts
        .create_token_request("nobody", &Default::default(), &request)
        .await
        .unwrap()
        .status
        .unwrap()
        .token;
    let kubeconfig = kube::config::Kubeconfig::read_from(&lab.kubeconfig).unwrap();
    let mut config = kube::Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap();
    config.auth_info = kube::config::AuthInfo { token: Some(token.into()), ..Default::default() };
    let driver = Driver::new(lab.driver.helm().clone(), kube::Client::try_from(config).unwrap());
    let error = finish(driver.upgrade(lab.with_values("count: 1\n"))).await.unwrap_err();
    let Error::Failed(failure) = &error else { panic!("{error}") };
    assert_eq!(failure.class, Class::Forbidden, "{}", failure.message);
    assert!(failure.message.contains("cannot list resource \"secrets\""), "{}", failure.message);
    assert_eq!(failure.api.as_ref().unwrap().code, 403);
}

async fn broken_values_are_found_before_helm_starts(lab: Arc<Lab>) {
    let before = lab.versions().await;
    let file = lab.root().join("a,b.yaml");
    let mut upgrade = lab.with_values("");
    upgrade.values = vec![Values::file(&file)];
    let error = finish(lab.driver.upgrade(upgrade.clone())).await.unwrap_err();
    assert!(matches!(error, Error::ValuesMissing { .. }), "{error}");
    std::fs::write(&file, "count: 1\n\tcolor: red\n").unwrap();
    let error = finish(lab.driver.upgrade(upgrade.clone())).await.unwrap_err();
    assert!(matches!(error, Error::ValuesYaml { .. }), "{error}");
    assert_eq!(error.place().unwrap().to_string(), format!("{file}:2:1"));
    assert_eq!(error.place().unwrap().source.as_deref(), Some("\tcolor: red"));
    std::fs::write(&file, "\0GITCRYPT\0abc").unwrap();
    let error = finish(lab.driver.upgrade(upgrade.clone())).await.unwrap_err();
    assert!(matches!(error, Error::ValuesSealed { .. }), "{error}");
    assert_eq!(lab.versions().await, before);
    // Neither a comma in the path nor a last line without an end does harm.
    std::fs::write(&file, "count: 1\ncolor: red").unwrap();
    finish(lab.driver.upgrade(upgrade)).await.unwrap();
    assert_eq!(lab.colors().await.into_values().collect::<Vec<_>>(), ["red"]);
}

/// The check may let through what Helm refuses, never the other way round.
async fn what_the_values_check_refuses_helm_refuses_too(lab: Arc<Lab>) {
    let texts = [
        "a: 1\n\tb: 2\n",
        "\ta: 1\n",
        "a: [1, 2\nb: 3\n",
        "a: \"x\n",
        "- a\n",
        "just text\n",
        "5\n",
        "true\n",
        "a: *nowhere\n",
        "a: 1\n b: 2\n",
        "a: |\n  \tb\n",
        "a: {b: 1\n",
        "a: b: c\n",
        "a:\n- 1\n b: 2\n",
        "@a: 1\n",
        "`a: 1\n",
        "a: 'x\n",
        "%a\nb: 1\n",
        "a: !!int x\n",
        "? a\n",
        "a: &x 1\nb: *x\n",
        "a: 1\na: 2\n",
        "a: !custom x\n",
        "!tag\na: 1\n",
        "a: 1\n...\nb: 2\n",
        "null\n",
        "{}\n",
        "---\na: 1\n",
        "--- {a: 1}\n",
        "a: 1\n---\n\tx\n",
        "<<: 5\n",
        "a: \u{feff}b\n",
        "\u{feff}a: 1\n",
        "a: \"\\x\"\n",
        "a: \"\\u12\"\n",
        "a:\tb\n",
        "a: b\t# c\n",
    ];
    let helm = lab.driver.helm().path();
    for text in texts {
        if Values::inline("v.yaml", text.as_bytes()).is_ok() {
            continue;
        }
        let file = lab.root().join("v.yaml");
        std::fs::write(&file, text).unwrap();
        let program = child::Program::new(helm)
            .args(["template", "x"])
            .arg(lab.root().join("lab").as_str())
            .arg("-f")
            .arg(file.as_str());
        let program = program.env("HOME", lab.root().as_str()).env("HELM_NO_PLUGINS", "1");
        let output = program.output(Duration::from_secs(30), 1 << 20).await.unwrap();
        assert!(!output.exit.success(), "Helm takes {text:?} and the check does not");
    }
    let _: &Helm = lab.driver.helm();
}
