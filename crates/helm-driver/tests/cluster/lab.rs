//! A namespace, a chart and a driver for one test.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use futures::StreamExt as _;
use helm_driver::{Chart, Done, Driver, Error, Helm, Operation, Progress, Upgrade, Values};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace as NamespaceObject};
use kube::api::{Api, DeleteParams, DynamicObject, ListParams, ObjectMeta, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use names::{Namespace, ReleaseName};

/// Everything a test needs; the namespace goes with it.
pub(crate) struct Lab {
    pub(crate) client: kube::Client,
    pub(crate) driver: Driver,
    pub(crate) namespace: Namespace,
    pub(crate) release: ReleaseName,
    pub(crate) kubeconfig: Utf8PathBuf,
    pub(crate) sandbox: test_support::Sandbox,
    directory: tempfile::TempDir,
}

/// ConfigMaps as many as asked for, some more kinds, and a hook when one is asked for.
const CHART: &[(&str, &str)] = &[
    ("Chart.yaml", "apiVersion: v2\nname: lab\nversion: 1.2.3\n"),
    (
        "values.yaml",
        "count: 3\ncolor: blue\nhook: ''\nhookTag: 1\nmore: false\nclaim: false\npassword: none\n",
    ),
    (
        "templates/maps.yaml",
        "{{- range $i := until (int .Values.count) }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map-{{ printf \"%03d\" $i }}\ndata:\n  color: {{ $.Values.color | quote }}\n{{- end }}\n",
    ),
    (
        "templates/more.yaml",
        "{{- if .Values.more }}\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 0\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: c, image: \"x:{{ .Values.color }}\"}]}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: token}\nstringData: {password: {{ .Values.password | quote }}}\n{{- end }}\n",
    ),
    (
        "templates/claim.yaml",
        "{{- if .Values.claim }}\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: db}\nspec: {accessModes: [ReadWriteOnce], storageClassName: none, resources: {requests: {storage: 1Gi}}}\n{{- end }}\n",
    ),
    (
        "templates/hook.yaml",
        "{{- if .Values.hook }}\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: hook\n  annotations: {helm.sh/hook: {{ .Values.hook | quote }}}\nspec:\n  backoffLimit: 0\n  {{- with .Values.hookDeadline }}\n  activeDeadlineSeconds: {{ . }}\n  {{- end }}\n  template:\n    spec: {restartPolicy: Never, containers: [{name: c, image: \"x:{{ .Values.hookTag }}\"}]}\n{{- end }}\n",
    ),
];

/// Runs a test in a lab of its own, or skips it aloud.
pub(crate) async fn with<F: Future<Output = ()>>(
    test: &str,
    major: u8,
    body: impl FnOnce(std::sync::Arc<Lab>) -> F,
) {
    let Some(sandbox) = test_support::Sandbox::or_skip(test) else { return };
    let helm = if major == 3 { &sandbox.helm.v3 } else { &sandbox.helm.v4 };
    let Some(helm) = helm.clone() else {
        return test_support::skip(test, "the sandbox has no Helm of this major");
    };
    let lab = std::sync::Arc::new(Lab::new(&helm, sandbox, major).await);
    body(std::sync::Arc::clone(&lab)).await;
    let namespaces: Api<NamespaceObject> = Api::all(lab.client.clone());
    namespaces.delete(lab.namespace.as_str(), &DeleteParams::default()).await.unwrap();
}

/// A client of the sandbox's administrator.
pub(crate) async fn client(kubeconfig: &Utf8Path) -> kube::Client {
    let kubeconfig = kube::config::Kubeconfig::read_from(kubeconfig).unwrap();
    let config = kube::Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap();
    kube::Client::try_from(config).unwrap()
}

impl Lab {
    async fn new(helm: &Utf8Path, sandbox: test_support::Sandbox, major: u8) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let namespace = format!("helm-driver-{major}-{}-{number}", std::process::id());
        let client = client(&sandbox.kubeconfig).await;
        make_namespace(&client, &namespace).await;
        let directory = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(directory.path()).unwrap();
        for (path, text) in CHART {
            let path = root.join("lab").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let helm = Helm::detect(helm, &root.join("homes")).await.unwrap();
        let driver = Driver::new(helm, client.clone());
        Self {
            client,
            driver,
            namespace: namespace.parse().unwrap(),
            release: "lab".parse().unwrap(),
            kubeconfig: sandbox.kubeconfig.clone(),
            sandbox,
            directory,
        }
    }

    pub(crate) fn root(&self) -> &Utf8Path {
        Utf8Path::from_path(self.directory.path()).unwrap()
    }

    /// A driver whose way to the cluster leads through the fault proxy.
    pub(crate) async fn through_proxy(&self) -> Driver {
        Driver::new(self.driver.helm().clone(), client(&self.sandbox.proxy.kubeconfig).await)
    }

    /// An upgrade with these values.
    pub(crate) fn with_values(&self, values: &str) -> Upgrade {
        Upgrade {
            release: self.release.clone(),
            namespace: self.namespace.clone(),
            chart: Chart::Directory(self.root().join("lab")),
            values: vec![Values::inline("values.yaml", values.as_bytes()).unwrap()],
            labels: BTreeMap::from([("run".to_owned(), "r1".to_owned())]),
            description: format!("with {}", values.replace('\n', " ")),
            timeout: Duration::from_secs(60),
            history_max: 10,
            create_namespace: false,
        }
    }

    pub(crate) async fn upgrade(&self, values: &str) -> Done {
        finish(self.driver.upgrade(self.with_values(values))).await.unwrap()
    }

    pub(crate) async fn rollback(&self, revision: u32) -> Result<Done, Error> {
        let revision = helm_release::Revision::new(revision).unwrap();
        let (release, namespace) = (self.release.clone(), self.namespace.clone());
        finish(self.driver.rollback(release, namespace, revision, Duration::from_secs(60), "back")).await
    }

    /// Revisions with their statuses: `1 superseded`.
    pub(crate) async fn history(&self) -> Vec<String> {
        let history = self.driver.history(&self.namespace, &self.release).await.unwrap();
        history.iter().map(|entry| format!("{} {}", entry.revision, entry.status)).collect()
    }

    /// What Helm itself prints, spawned on the cluster without the driver; its complaint where it fails.
    pub(crate) async fn helm(&self, arguments: &[&str]) -> Result<String, String> {
        let home = self.root().join("bare");
        let program = child::Program::new(self.driver.helm().path()).args(arguments.iter().copied());
        let program = program.args(["--namespace", self.namespace.as_str()]);
        let program = program.args(["--kubeconfig", self.kubeconfig.as_str()]);
        let program = program.env("HOME", home.as_str()).env("HELM_NO_PLUGINS", "1");
        let output = program.output(Duration::from_secs(60), 64 << 20).await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        if output.exit.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }

    /// The colours of all ConfigMaps of the chart, by name.
    pub(crate) async fn colors(&self) -> BTreeMap<String, String> {
        let maps: Api<ConfigMap> = Api::namespaced(self.client.clone(), self.namespace.as_str());
        let list = maps.list(&ListParams::default()).await.unwrap();
        let color = |map: ConfigMap| Some((map.metadata.name?, map.data?.remove("color")?));
        list.items.into_iter().filter_map(color).collect()
    }

    /// What Helm asked the API server to write in this namespace, by its own log: verb and target.
    pub(crate) fn writes_in_audit_log(&self) -> Vec<String> {
        let log = std::fs::read_to_string(&self.sandbox.audit_log).unwrap();
        let mut writes = Vec::new();
        for line in log.lines().filter(|line| line.contains(self.namespace.as_str())) {
            let Ok(event) = serde_json::from_str::<serde_json::Value>(line) else { continue };
            let text = |pointer: &str| {
                event.pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or_default()
            };
            let is_write = !["get", "list", "watch"].contains(&text("/verb"));
            let is_here = text("/objectRef/namespace") == self.namespace.as_str();
            if text("/stage") == "ResponseComplete"
                && is_write
                && is_here
                && text("/userAgent").starts_with("Helm/")
            {
                writes.push(format!("{} {}", text("/verb"), text("/requestURI")));
            }
        }
        writes
    }

    /// The version of every object in the namespace that a chart or Helm could write.
    pub(crate) async fn versions(&self) -> BTreeMap<String, String> {
        let kinds = [
            ("", "v1", "ConfigMap"),
            ("", "v1", "Secret"),
            ("", "v1", "Service"),
            ("", "v1", "PersistentVolumeClaim"),
            ("apps", "v1", "Deployment"),
            ("batch", "v1", "Job"),
        ];
        let mut versions = BTreeMap::new();
        for (group, version, kind) in kinds {
            let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
            let api: Api<DynamicObject> =
                Api::namespaced_with(self.client.clone(), self.namespace.as_str(), &resource);
            for object in api.list(&ListParams::default()).await.unwrap() {
                let metadata = object.metadata;
                let deleting = metadata.deletion_timestamp.map(|_| " deleting").unwrap_or_default();
                let name = metadata.name.unwrap();
                // A controller puts it into every new namespace, in its own time.
                if name == "kube-root-ca.crt" {
                    continue;
                }
                let key = format!("{kind}/{name}");
                versions.insert(key, format!("{}{deleting}", metadata.resource_version.unwrap()));
            }
        }
        versions
    }
}

pub(crate) async fn make_namespace(client: &kube::Client, name: &str) {
    let namespaces: Api<NamespaceObject> = Api::all(client.clone());
    let object = NamespaceObject {
        metadata: ObjectMeta { name: Some(name.to_owned()), ..ObjectMeta::default() },
        ..NamespaceObject::default()
    };
    namespaces.create(&PostParams::default(), &object).await.unwrap();
}

/// The result of an operation that is left alone.
pub(crate) async fn finish(operation: Operation) -> Result<Done, Error> {
    watch(operation, |_| {}).await
}

/// The result of an operation, with a look at everything it tells.
pub(crate) async fn watch(mut operation: Operation, mut see: impl FnMut(&Progress)) -> Result<Done, Error> {
    while let Some(progress) = operation.next().await {
        see(&progress);
        if let Progress::Finished(result) = progress {
            assert!(operation.next().await.is_none(), "something follows the end");
            return result;
        }
    }
    panic!("the operation ended without a result");
}
