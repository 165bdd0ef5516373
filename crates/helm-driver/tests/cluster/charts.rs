//! Charts from everywhere a chart can be, and what they depend on.

use std::sync::Arc;
use std::time::Duration;

use helm_driver::{Chart, Class, Error, OciChart, Template, Upgrade, Values};
use problem::Diagnose as _;

use crate::lab::{Lab, finish};
use crate::shelf::{Shelf, packed, write};

crate::both!(
    what_a_chart_depends_on_is_loaded_once_and_then_needs_no_network,
    a_lock_file_decides_and_one_that_is_out_of_date_is_told,
    what_is_not_published_and_what_is_not_up_are_told_apart,
    a_chart_beside_the_chart_is_packed_with_what_it_needs_itself,
    a_chart_of_a_registry_is_loaded_once_and_must_be_what_was_pinned,
    a_packed_chart_is_installed_from_disk_and_from_memory,
    a_chart_is_rendered_without_a_cluster,
);

const MINUTE: Duration = Duration::from_secs(60);

/// A chart at `DIRECTORY/NAME` that depends on `child`.
fn parent(lab: &Lab, name: &str, version: &str, repository: &str) -> Upgrade {
    let head = format!(
        "apiVersion: v2\nname: {name}\nversion: 0.1.0\ndependencies:\n- name: child\n  version: \"{version}\"\n  repository: {repository}\n"
    );
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: parent}\ndata: {color: own}\n";
    write(&lab.root().join(name), &[("Chart.yaml", &head), ("templates/map.yaml", map)]);
    let mut upgrade = lab.with_values("a: 1\n");
    upgrade.chart = Chart::Directory(lab.root().join(name));
    upgrade
}

async fn failure(lab: &Lab, upgrade: Upgrade) -> (Class, String) {
    let error = finish(lab.driver.upgrade(upgrade)).await.unwrap_err();
    let Error::Failed(failure) = &error else { panic!("{error}") };
    assert!(!error.changed_anything());
    assert!(lab.history().await.is_empty());
    (failure.class, failure.message.clone())
}

async fn what_a_chart_depends_on_is_loaded_once_and_then_needs_no_network(lab: Arc<Lab>) {
    let shelf = Shelf::open().await;
    shelf.publish("child", &["1.2.3", "1.3.0"]).await;
    let upgrade = parent(&lab, "parent", "1.2.3", &shelf.repository());
    let built = lab.driver.helm().build_dependencies(&upgrade.chart, MINUTE).await.unwrap();
    assert_eq!(
        (built[0].name.as_str(), built[0].version.as_str(), built[0].loaded),
        ("child", "1.2.3", true)
    );
    let asked = shelf.asked().await;
    assert!(asked >= 2, "an index and a chart were not both loaded: {asked}");
    shelf.close().await;

    // Five members at once, as one process deploys them.
    let all = (0..5).map(|_| lab.driver.helm().build_dependencies(&upgrade.chart, MINUTE));
    for again in futures::future::join_all(all).await {
        let again = again.unwrap();
        assert_eq!((&again[0].digest, again[0].loaded), (&built[0].digest, false));
    }
    lab.driver.plan(upgrade.clone()).await.unwrap();
    finish(lab.driver.upgrade(upgrade.clone())).await.unwrap();
    let colors: Vec<_> = lab.colors().await.into_iter().collect();
    assert_eq!(colors, [("child".into(), "1.2.3".into()), ("parent".into(), "own".into())]);
    assert_eq!(shelf.asked().await, 0, "something was asked for with a warm cache");
    let files: Vec<String> = std::fs::read_dir(lab.root().join("parent"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files.len(), 2, "the chart's folder was written to: {files:?}");
}

async fn a_lock_file_decides_and_one_that_is_out_of_date_is_told(lab: Arc<Lab>) {
    let shelf = Shelf::open().await;
    shelf.publish("child", &["1.2.3", "1.3.0"]).await;
    let upgrade = parent(&lab, "parent", "1.2.x", &shelf.repository());
    let root = lab.root().join("parent");
    lab.helm(&["dependency", "update", root.as_str()]).await.unwrap();
    assert!(root.join("Chart.lock").is_file());
    std::fs::remove_dir_all(root.join("charts")).unwrap();
    let built = lab.driver.helm().build_dependencies(&upgrade.chart, MINUTE).await.unwrap();
    assert_eq!((built[0].version.as_str(), built[0].loaded), ("1.2.3", true));
    shelf.publish("child", &["1.2.3", "1.2.9"]).await;
    let again = lab.driver.helm().build_dependencies(&upgrade.chart, MINUTE).await.unwrap();
    assert_eq!((again[0].version.as_str(), again[0].loaded), ("1.2.3", false));
    let text = std::fs::read_to_string(root.join("Chart.yaml")).unwrap();
    std::fs::write(root.join("Chart.yaml"), text.replace("1.2.x", "1.3.x")).unwrap();
    let (class, message) = failure(&lab, upgrade).await;
    assert_eq!(class, Class::Dependency, "{message}");
    assert!(message.contains("out of sync"), "{message}");
}

async fn what_is_not_published_and_what_is_not_up_are_told_apart(lab: Arc<Lab>) {
    let shelf = Shelf::open().await;
    shelf.publish("child", &["1.2.3"]).await;
    let (class, message) = failure(&lab, parent(&lab, "absent", "9.9.9", &shelf.repository())).await;
    assert_eq!(class, Class::Dependency, "{message}");
    shelf.close().await;
    let (class, message) = failure(&lab, parent(&lab, "closed", "1.2.3", &shelf.repository())).await;
    assert_eq!(class, Class::Repository, "{message}");
    let nobody = "http://127.0.0.1:1/charts";
    let (class, message) = failure(&lab, parent(&lab, "nobody", "1.2.3", nobody)).await;
    assert_eq!(class, Class::Repository, "{message}");
}

async fn a_chart_beside_the_chart_is_packed_with_what_it_needs_itself(lab: Arc<Lab>) {
    let shelf = Shelf::open().await;
    shelf.publish("child", &["1.2.3"]).await;
    parent(&lab, "charts/base", "1.2.3", &shelf.repository());
    let base = lab.root().join("charts/base/Chart.yaml");
    let text = std::fs::read_to_string(&base).unwrap();
    std::fs::write(&base, text.replace("name: charts/base", "name: base")).unwrap();
    let head = "apiVersion: v2\nname: top\nversion: 0.1.0\ndependencies:\n- {name: base, version: 0.1.0, repository: 'file://../base'}\n";
    write(&lab.root().join("charts/top"), &[("Chart.yaml", head)]);
    let mut upgrade = lab.with_values("a: 1\n");
    upgrade.chart = Chart::Directory(lab.root().join("charts/top"));
    finish(lab.driver.upgrade(upgrade)).await.unwrap();
    assert_eq!(lab.colors().await.into_keys().collect::<Vec<_>>(), ["child", "parent"]);
    assert!(!lab.root().join("charts/base/charts").exists(), "the chart beside it was written to");
}

async fn a_chart_of_a_registry_is_loaded_once_and_must_be_what_was_pinned(lab: Arc<Lab>) {
    let shelf = Shelf::open().await;
    let digest = shelf.push("child", "1.2.3").await;
    let oci = |version: &str, digest| {
        Chart::Oci(OciChart { url: shelf.registry("child"), version: version.into(), digest })
    };
    let mut upgrade = lab.with_values("a: 1\n");
    upgrade.chart = oci("9.9.9", None);
    let (class, message) = failure(&lab, upgrade.clone()).await;
    assert_eq!(class, Class::Dependency, "{message}");
    upgrade.chart = oci("1.2.3", Some(helm_driver::ChartDigest::of(b"other")));
    let error = finish(lab.driver.upgrade(upgrade.clone())).await.unwrap_err();
    assert!(matches!(error, Error::ChartDigest { .. }), "{error}");

    upgrade.chart = oci("1.2.3", Some(digest.clone()));
    finish(lab.driver.upgrade(upgrade.clone())).await.unwrap();
    assert_eq!(lab.colors().await["child"], "1.2.3");
    shelf.close().await;
    upgrade.chart = oci("1.2.3", None);
    finish(lab.driver.upgrade(upgrade.clone())).await.unwrap();
    let built = lab.driver.helm().build_dependencies(&upgrade.chart, MINUTE).await.unwrap();
    assert_eq!((&built[0].digest, built[0].loaded), (&digest, false));
    assert_eq!(shelf.asked().await, 0, "something was asked for with a warm cache");
    // Another version is not in the cache, and nobody answers.
    let chart = oci("1.2.4", None);
    let error = lab.driver.helm().build_dependencies(&chart, MINUTE).await.unwrap_err();
    assert_eq!(error.code().as_str(), "helm.chart_repository", "{error}");
}

async fn a_packed_chart_is_installed_from_disk_and_from_memory(lab: Arc<Lab>) {
    // A comma in the path of a chart does no harm, and no more does one in that of a values file.
    let file = lab.root().join("a,b.tgz");
    std::fs::write(&file, packed("child", "1.0.0", &[])).unwrap();
    let mut upgrade = lab.with_values("a: 1\n");
    upgrade.chart = Chart::Archive(file.clone());
    finish(lab.driver.upgrade(upgrade.clone())).await.unwrap();
    assert_eq!(lab.colors().await["child"], "1.0.0");
    upgrade.chart = Chart::packed("child.tgz", &packed("child", "2.0.0", &[])).unwrap();
    finish(lab.driver.upgrade(upgrade.clone())).await.unwrap();
    assert_eq!(lab.colors().await["child"], "2.0.0");

    let sealed = packed("child", "3.0.0", &[("files/key", b"\0GITCRYPT\0abcdefgh")]);
    let error = Chart::packed("child.tgz", &sealed).unwrap_err();
    assert_eq!(error.code().as_str(), "helm.chart_sealed", "{error}");
    std::fs::write(&file, sealed).unwrap();
    upgrade.chart = Chart::Archive(file);
    let error = finish(lab.driver.upgrade(upgrade)).await.unwrap_err();
    assert_eq!(error.code().as_str(), "helm.chart_sealed", "{error}");
    assert_eq!(lab.history().await, ["1 superseded", "2 deployed"]);
}

async fn a_chart_is_rendered_without_a_cluster(lab: Arc<Lab>) {
    let upgrade = lab.with_values("count: 2\nmore: true\npassword: planted\n");
    let template = |chart: Chart, values: Vec<Values>| Template {
        release: upgrade.release.clone(),
        namespace: upgrade.namespace.clone(),
        chart,
        values,
        kube_version: Some(semver::Version::new(1, 31, 0)),
        api_versions: vec!["example.org/v1".to_owned()],
        timeout: MINUTE,
    };
    let seen = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: seen}\ndata: {kube: \"{{ .Capabilities.KubeVersion }}\", has: \"{{ .Capabilities.APIVersions.Has \"example.org/v1\" }}\"}\n";
    write(&lab.root().join("lab"), &[("templates/seen.yaml", seen)]);
    let helm = lab.driver.helm();
    let rendered = helm.template(template(upgrade.chart.clone(), upgrade.values.clone())).await.unwrap();
    assert_eq!(rendered.objects().len(), 6);
    for text in ["kube: \"v1.31.0\"", "has: \"true\"", "planted"] {
        assert!(rendered.expose().contains(text), "{text}");
    }
    assert!(!format!("{rendered:?}").contains("planted"));

    write(&lab.root().join("lab"), &[("templates/bad.yaml", "a: 1\nb: {{ .Values.not.there }}\n")]);
    let error = helm.template(template(upgrade.chart.clone(), upgrade.values.clone())).await.unwrap_err();
    assert_eq!(error.code().as_str(), "helm.template");
    assert_eq!(
        error.place().unwrap().to_string(),
        format!("{}:2:13", lab.root().join("lab/templates/bad.yaml"))
    );
    assert!(lab.history().await.is_empty());
}
