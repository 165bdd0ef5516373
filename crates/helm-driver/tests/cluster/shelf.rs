//! Charts to publish, and a server that publishes them: as a chart repository and as a registry.

use camino::Utf8Path;
use helm_driver::ChartDigest;
use serde_json::json;
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A server with charts.
pub(crate) struct Shelf(MockServer);

/// A packed chart with one ConfigMap of its name.
pub(crate) fn packed(name: &str, version: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let head = format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
    let map = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{color: '{version}'}}\n"
    );
    let files = [("Chart.yaml", head.as_bytes()), ("templates/map.yaml", map.as_bytes())];
    let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut builder = tar::Builder::new(encoder);
    for (file, bytes) in files.iter().chain(more) {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, format!("{name}/{file}"), *bytes).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

/// Writes files below a directory.
pub(crate) fn write(root: &Utf8Path, files: &[(&str, &str)]) {
    for (file, text) in files {
        let file = root.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
}

impl Shelf {
    pub(crate) async fn open() -> Self {
        Self(MockServer::start().await)
    }

    /// The address of the chart repository.
    pub(crate) fn repository(&self) -> String {
        format!("{}/charts", self.0.uri())
    }

    /// The address of a chart in the registry.
    pub(crate) fn registry(&self, chart: &str) -> String {
        format!("oci://{}/charts/{chart}", self.0.address())
    }

    /// How many requests came so far.
    pub(crate) async fn asked(&self) -> usize {
        self.0.received_requests().await.unwrap().len()
    }

    /// Nothing is answered any more but with 503.
    pub(crate) async fn close(&self) {
        self.0.reset().await;
        let closed = ResponseTemplate::new(503).set_body_string("closed for today");
        Mock::given(path_regex(".*")).respond_with(closed).mount(&self.0).await;
    }

    /// Puts versions of a chart into the repository.
    pub(crate) async fn publish(&self, name: &str, versions: &[&str]) {
        let mut entries = Vec::new();
        for version in versions {
            let file = format!("{name}-{version}.tgz");
            entries.push(json!({"apiVersion": "v2", "name": name, "version": version, "urls": [file]}));
            self.answer(&format!("/charts/{file}"), "application/gzip", packed(name, version, &[])).await;
        }
        let index = json!({"apiVersion": "v1", "entries": {name: entries}}).to_string();
        self.answer("/charts/index.yaml", "application/yaml", index.into_bytes()).await;
    }

    /// Puts one version of a chart into the registry; gives the digest of its bytes.
    pub(crate) async fn push(&self, name: &str, version: &str) -> ChartDigest {
        let chart = packed(name, version, &[]);
        let digest = ChartDigest::of(&chart);
        let config = json!({"name": name, "version": version, "apiVersion": "v2"}).to_string().into_bytes();
        let layer = |kind: &str, bytes: &[u8]| json!({"mediaType": kind, "digest": ChartDigest::of(bytes).as_str(), "size": bytes.len()});
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": layer("application/vnd.cncf.helm.config.v1+json", &config),
            "layers": [layer("application/vnd.cncf.helm.chart.content.v1.tar+gzip", &chart)],
        })
        .to_string()
        .into_bytes();
        let root = format!("/v2/charts/{name}");
        for bytes in [&config, &chart] {
            let at = format!("{root}/blobs/{}", ChartDigest::of(bytes));
            self.answer(&at, "application/octet-stream", bytes.clone()).await;
        }
        for tag in [version, ChartDigest::of(&manifest).as_str()] {
            self.answer(&format!("{root}/manifests/{tag}"), MANIFEST, manifest.clone()).await;
        }
        let tags = json!({"name": format!("charts/{name}"), "tags": [version]}).to_string();
        self.answer(&format!("{root}/tags/list"), "application/json", tags.into_bytes()).await;
        digest
    }

    async fn answer(&self, at: &str, kind: &str, bytes: Vec<u8>) {
        let digest = ChartDigest::of(&bytes);
        for verb in ["GET", "HEAD"] {
            let answer = ResponseTemplate::new(200)
                .insert_header("docker-content-digest", digest.as_str())
                .set_body_raw(bytes.clone(), kind);
            Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(&self.0).await;
        }
    }
}

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
