//! Registries over the wire: pages, tokens, tags, manifests.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use std::time::Duration;

use chart_bump::BumpError;
use chart_bump::config::Source;
use chart_bump::source::{Index, Sources};
use problem::{Diagnose as _, ProblemRecord, Style, render};
use serde_json::json;
use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn sources() -> Sources {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Sources::new(reqwest::Client::builder().no_proxy().build().unwrap(), Duration::from_secs(30))
}

fn image(server: &MockServer) -> Source {
    Source::Image(format!("{}/jupyterhub/repo2docker", server.address()))
}

fn chart(server: &MockServer) -> Source {
    let repository = format!("oci://{}/traefik/helm", server.address()).parse().unwrap();
    Source::Helm { repository, chart: "traefik".to_owned() }
}

fn versions(index: &Index) -> Vec<&str> {
    index.entries.iter().map(|entry| entry.version.as_str()).collect()
}

fn tags(list: &[&str]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "name": "x", "tags": list }))
}

const IMAGE_TAGS: &str = "/v2/jupyterhub/repo2docker/tags/list";

#[tokio::test]
async fn every_page_is_read_and_attachments_are_no_versions() {
    let server = MockServer::start().await;
    let page = |last: &str| Mock::given(method("GET")).and(path(IMAGE_TAGS)).and(query_param("last", last));
    // One link as registries write it, one whole address.
    let second = format!("<{}{IMAGE_TAGS}?last=b&n=2>; rel=\"next\"", server.uri());
    page("a")
        .respond_with(tags(&["2026.4.1", "sha256-00ff.sig"]).insert_header("link", second.as_str()))
        .mount(&server)
        .await;
    page("b").respond_with(tags(&["2026.5.0.dev3-gabcdef1"])).mount(&server).await;
    Mock::given(method("GET"))
        .and(path(IMAGE_TAGS))
        .and(query_param("n", "1000"))
        .respond_with(
            tags(&["main", "1.att", "2025.12.0"])
                .insert_header("link", format!("<{IMAGE_TAGS}?last=a>; rel=\"next\"").as_str()),
        )
        .mount(&server)
        .await;
    let index = sources().published(&image(&server)).await.unwrap();
    assert_eq!(versions(&index), ["main", "2025.12.0", "2026.4.1", "2026.5.0.dev3-gabcdef1"]);
    assert_eq!(server.received_requests().await.unwrap().len(), 3);
}

/// The token goes to the registry that asked for it and nowhere else.
#[tokio::test]
async fn a_token_is_fetched_where_the_registry_says_and_goes_nowhere_else() {
    let (server, elsewhere) = (MockServer::start().await, MockServer::start().await);
    let challenge = format!("Bearer realm=\"{}/token\",service=\"registry.test\"", server.uri());
    Mock::given(method("GET"))
        .and(path("/token"))
        .and(query_param("service", "registry.test"))
        .and(query_param("scope", "repository:jupyterhub/repo2docker:pull"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "token": "t0ken-of-the-day" })))
        .expect(1)
        .mount(&server)
        .await;
    let next = format!("<{}{IMAGE_TAGS}>; rel=\"next\"", elsewhere.uri());
    Mock::given(method("GET"))
        .and(path(IMAGE_TAGS))
        .and(header("authorization", "Bearer t0ken-of-the-day"))
        .respond_with(tags(&["2026.4.1"]).insert_header("link", next.as_str()))
        .mount(&server)
        .await;
    Mock::given(method("GET"))
        .and(path(IMAGE_TAGS))
        .respond_with(ResponseTemplate::new(401).insert_header("www-authenticate", challenge.as_str()))
        .mount(&server)
        .await;
    let error = sources().published(&image(&server)).await.unwrap_err();
    let text = render(&ProblemRecord::from_diagnose(&error), Style::Plain);
    assert!(text.contains("a next page on the same registry") && !text.contains("t0ken"), "{text}");
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn tags_of_charts_are_versions_with_a_plus_and_know_their_archive() {
    let server = MockServer::start().await;
    let get = |at: &str| Mock::given(method("GET")).and(path(format!("/v2/traefik/helm/traefik/{at}")));
    get("tags/list").respond_with(tags(&["41.1.1", "41.2.0_build.7"])).mount(&server).await;
    let archive = format!("sha256:{}", "ab".repeat(32));
    let manifest = json!({
        "config": { "mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": "sha256:c0" },
        "layers": [
            { "mediaType": "application/vnd.cncf.helm.chart.provenance.v1.prov", "digest": "sha256:no" },
            { "mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "digest": archive },
        ],
    });
    get("manifests/41.2.0_build.7")
        .respond_with(ResponseTemplate::new(200).set_body_json(manifest))
        .mount(&server)
        .await;
    let config = json!({ "name": "traefik", "deprecated": true, "home": "https://traefik.io" });
    get("blobs/sha256:c0")
        .respond_with(ResponseTemplate::new(200).set_body_json(config))
        .mount(&server)
        .await;
    let (sources, source) = (sources(), chart(&server));
    let mut index = sources.published(&source).await.unwrap();
    assert_eq!(versions(&index), ["41.1.1", "41.2.0+build.7"]);
    sources.complete(&source, "41.2.0+build.7", &mut index).await.unwrap();
    let entry = index.entries.last().unwrap();
    assert_eq!((entry.digest.as_deref(), entry.deprecated), (Some(archive.as_str()), true));
}

#[tokio::test]
async fn the_digest_of_an_image_is_the_one_of_its_manifest() {
    let server = MockServer::start().await;
    Mock::given(path(IMAGE_TAGS)).respond_with(tags(&["1"])).mount(&server).await;
    let manifest = ResponseTemplate::new(200).set_body_string("{}");
    Mock::given(path("/v2/jupyterhub/repo2docker/manifests/1")).respond_with(manifest).mount(&server).await;
    let mut index = sources().published(&image(&server)).await.unwrap();
    sources().complete(&image(&server), "1", &mut index).await.unwrap();
    // sha256 of the two bytes `{}`.
    let digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    assert_eq!(index.entries.first().unwrap().digest.as_deref(), Some(digest));
}

#[tokio::test]
async fn every_bad_answer_has_its_own_code() {
    let answers: [(ResponseTemplate, &str); 5] = [
        (ResponseTemplate::new(404), "source.status"),
        (ResponseTemplate::new(401), "source.unauthorized"),
        (
            ResponseTemplate::new(401).insert_header("www-authenticate", "Basic realm=\"x\""),
            "source.unauthorized",
        ),
        (ResponseTemplate::new(200).set_body_string("<html>"), "source.broken_answer"),
        (ResponseTemplate::new(200).set_body_bytes(vec![b' '; 5 << 20]), "source.too_large"),
    ];
    for (answer, code) in answers {
        let server = MockServer::start().await;
        Mock::given(path(IMAGE_TAGS)).respond_with(answer).mount(&server).await;
        let error: BumpError = sources().published(&image(&server)).await.unwrap_err();
        assert_eq!(error.code().as_str(), code);
    }
    let server = MockServer::start().await;
    let challenge = format!("Bearer realm=\"{}/token\"", server.uri());
    let answer = ResponseTemplate::new(401).insert_header("www-authenticate", challenge.as_str());
    Mock::given(path(IMAGE_TAGS)).respond_with(answer).mount(&server).await;
    Mock::given(path("/token"))
        .respond_with(ResponseTemplate::new(200).set_body_string("{}"))
        .mount(&server)
        .await;
    assert_eq!(
        sources().published(&image(&server)).await.unwrap_err().code().as_str(),
        "source.broken_answer"
    );
}

#[tokio::test]
async fn an_index_is_sent_again_only_when_it_changed() {
    use chart_bump::source::Cache;
    let server = MockServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::new(camino::Utf8Path::from_path(folder.path()).unwrap());
    let sources = sources().with_cache(cache);
    let repository: url::Url = server.uri().parse().unwrap();
    let index = |version: &str| {
        format!("entries: {{a: [{{version: {version}, deprecated: true}}], b: [{{version: '2'}}]}}\n")
    };
    let fresh = |etag: &str, version: &str| {
        ResponseTemplate::new(200).insert_header("etag", etag).set_body_string(index(version))
    };
    Mock::given(header("if-none-match", "\"1\""))
        .respond_with(ResponseTemplate::new(304))
        .up_to_n_times(2)
        .mount(&server)
        .await;
    Mock::given(header("if-none-match", "\"1\"")).respond_with(fresh("\"2\"", "1.1")).mount(&server).await;
    Mock::given(path("/index.yaml")).respond_with(fresh("\"1\"", "1.0")).mount(&server).await;
    let ask = async |charts: &[&str]| {
        let all = sources.charts(&repository, charts).await.unwrap();
        all.iter().map(|index| versions(index.as_ref().unwrap()).concat()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ask(&["a"]).await, "1.0");
    assert_eq!(ask(&["a"]).await, "1.0");
    // Nobody asked for `b` so far: a bare "not modified" would say nothing of it.
    assert_eq!(ask(&["a", "b"]).await, "1.0 2");
    assert_eq!(ask(&["b"]).await, "2");
    assert_eq!(ask(&["a"]).await, "1.1");
    // A cache that is no cache costs an answer and no more.
    for file in std::fs::read_dir(folder.path()).unwrap() {
        std::fs::write(file.unwrap().path(), "{").unwrap();
    }
    assert_eq!(ask(&["a"]).await, "1.0");
    assert_eq!(server.received_requests().await.unwrap().len(), 6);
}
