//! Each recorded answer has its typed meaning.

use grafana_client::{Error, Grafana, Tags};
use problem::Diagnose as _;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer};

use crate::transcript::Recorded;
use crate::{TOKEN, a_region, an_outcome, grafana, patient};

/// A server that answers everything with this recording.
async fn answering(recorded: &Recorded) -> (MockServer, Grafana) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(recorded.response()).mount(&server).await;
    let grafana = grafana(&server.uri(), patient());
    (server, grafana)
}

#[tokio::test]
async fn refusals_of_a_post() {
    let table = [
        (
            r#"[editor] POST /api/annotations {"time":1700000000000,"tags":["x"],"text":""}"#,
            "grafana.refused",
            "Failed to save annotation",
        ),
        (
            r#"[editor] POST /api/annotations {"time":1700000000000,"tags":["1x"#,
            "grafana.refused",
            "Tags length exceeds the maximum allowed.",
        ),
        (r#"[editor] POST /api/annotations {"time":"1700000000000""#, "grafana.refused", "bad request data"),
        (r#"[viewer] POST /api/annotations"#, "grafana.forbidden", "Access denied to this dashboard"),
        (r#"[wrong] POST /api/annotations"#, "grafana.unauthorized", "invalid API key"),
        (r#"[none] POST /api/annotations"#, "grafana.unauthorized", "Unauthorized"),
        (
            r#"[editor] POST /api/annotations {"time":1700000000000,"tags":["x"],"text":"expired token"}"#,
            "grafana.unauthorized",
            "Expired API key",
        ),
        (
            r#"[editor] POST /api/annotations {"time":1700000000000,"tags":["x"],"text":"disabled service account"}"#,
            "grafana.unauthorized",
            "Service account is disabled",
        ),
        (r#"[editor] POST //api/annotations"#, "grafana.not_grafana", "HTTP 404 with text/html"),
        (r#"[admin] POST //api/annotations"#, "grafana.redirect", "/grafana//api/annotations"),
        (r#"[admin] POST /anything"#, "grafana.redirect", "/grafana/anything"),
        // Where a client that follows redirects ends up: 200, and nothing was saved.
        (r#"[editor] GET /api/annotations?tags=RELEASE"#, "grafana.not_grafana", "HTTP 200"),
        (r#"[admin] GET /grafana "#, "grafana.not_grafana", "HTTP 200 with text/html"),
        (r#"[editor] GET /api/nothing"#, "grafana.not_found", "Not found"),
    ];
    for (request, code, words) in table {
        let (server, grafana) = answering(&Recorded::of(request)).await;
        let error = grafana.open(&a_region()).await.unwrap_err();
        assert_eq!(error.code().as_str(), code, "{request}: {error}");
        assert!(error.to_string().contains(words), "{request}: {error}");
        assert!(!format!("{error:?}").contains(TOKEN), "{error:?}");
        let requests = server.received_requests().await.unwrap();
        assert_eq!(requests.len(), 1, "{request}: a refusal is not asked again");
    }
}

#[tokio::test]
async fn refusals_of_a_patch() {
    let marker = {
        let (_server, grafana) = answering(&Recorded::of(
            "[editor] POST /api/annotations {\"time\":1700000000000,\"tags\":[\"dep",
        ))
        .await;
        grafana.open(&a_region()).await.unwrap()
    };
    let table = [
        ("[viewer] PATCH /api/annotations/1", "grafana.forbidden", "Permissions needed: annotations:write"),
        ("[editor] PATCH /api/annotations/999999", "grafana.not_found", "Annotation not found"),
        ("[editor] PATCH /api/annotations/abc", "grafana.refused", "annotationId is invalid"),
        ("[editor] GET /login", "grafana.redirect", "redirects to http://127.0.0.1"),
    ];
    for (request, code, words) in table {
        let (_server, grafana) = answering(&Recorded::of(request)).await;
        let error = grafana.close(&marker, &an_outcome()).await.unwrap_err();
        assert_eq!(error.code().as_str(), code, "{request}: {error}");
        assert!(error.to_string().contains(words), "{request}: {error}");
    }
}

#[tokio::test]
async fn what_is_found_can_be_closed() {
    let recorded = Recorded::of("[editor] GET /api/annotations?tags=deployment-start&tags=member:prod");
    let (server, grafana) = answering(&recorded).await;
    let found = grafana.find(&Tags::parse(["deployment-start", "member:prod"]).unwrap(), 10).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].id, found[0].text.as_str(), found[0].is_open()), (1, "deploy 1", false));
    let marker = found[0].marker().unwrap();
    assert_eq!(marker.tags, Tags::parse(["deployment-start", "member:prod", "chart"]).unwrap());
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests[0].url.query(), Some("tags=deployment-start&tags=member%3Aprod&limit=10"));
}

#[tokio::test]
async fn what_others_wrote_is_read_and_not_rewritten() {
    let (_server, grafana) = answering(&Recorded::of("[editor] GET /api/annotations?tags=k:v&tags=d")).await;
    let found = grafana.find(&Tags::parse(["k:v", "d"]).unwrap(), 10).await.unwrap();
    assert_eq!(found[0].tags, ["k:v:w", " pad ", "d", "d"]);
    assert!(matches!(found[0].marker(), Err(Error::Tag { .. })));
}

#[tokio::test]
async fn health_says_the_version() {
    let (_server, grafana) = answering(&Recorded::of("[none] GET /api/health")).await;
    let health = grafana.health().await.unwrap();
    assert_eq!((health.version.as_deref(), health.database.as_str()), (Some("10.0.0-preview"), "ok"));
}
