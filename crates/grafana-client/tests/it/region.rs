//! What is sent for a region, byte by byte.

use grafana_client::{Outcome, Tags};
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer};

use crate::transcript::Recorded;
use crate::{TOKEN, a_region, an_outcome, at, grafana, patient};

async fn working() -> MockServer {
    let server = MockServer::start().await;
    let bearer = format!("Bearer {TOKEN}");
    let added =
        Recorded::of("[editor] POST /api/annotations {\"time\":1700000000000,\"tags\":[\"dep").response();
    Mock::given(method("POST"))
        .and(path("/grafana/api/annotations"))
        .and(header("Authorization", bearer.as_str()))
        .respond_with(added)
        .mount(&server)
        .await;
    let patched = Recorded::of("[editor] PATCH /api/annotations/1 {\"timeEnd\":1700000600000}").response();
    Mock::given(method("PATCH"))
        .and(path("/grafana/api/annotations/1"))
        .and(header("Authorization", bearer.as_str()))
        .respond_with(patched)
        .mount(&server)
        .await;
    server
}

#[tokio::test]
async fn opened_as_a_point_and_closed_with_all_its_tags() {
    let server = working().await;
    let grafana = grafana(&format!("{}/grafana/", server.uri()), patient());
    let region = a_region().with_link("https://ci.example/run/1".parse().unwrap());
    let marker = grafana.open(&region).await.unwrap();
    assert_eq!(marker.id, 1);
    // The marker outlives the process.
    let json = serde_json::to_string(&marker).unwrap();
    let marker = serde_json::from_str(&json).unwrap();
    grafana.close(&marker, &an_outcome()).await.unwrap();

    let requests = server.received_requests().await.unwrap();
    let bodies: Vec<Value> = requests.iter().map(|request| request.body_json().unwrap()).collect();
    assert_eq!(
        bodies,
        [
            json!({
                "time": 1_700_000_000_000_i64, "tags": ["deployment-start", "member:prod", "run:r1"],
                "text": "deploy prod", "data": {"run": "https://ci.example/run/1"},
            }),
            json!({
                "timeEnd": 1_700_000_600_000_i64,
                "tags": ["deployment-start", "member:prod", "run:r1", "outcome:done"], "text": "deploy prod: done",
            }),
        ]
    );
}

#[tokio::test]
async fn an_end_before_the_start_does_not_move_the_start() {
    let server = working().await;
    let grafana = grafana(&format!("{}/grafana", server.uri()), patient());
    let marker = grafana.open(&a_region()).await.unwrap();
    let early = Outcome::new(at(1_600_000_000_000), Tags::parse(["outcome:done"]).unwrap(), "done").unwrap();
    grafana.close(&marker, &early).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests[1].body_json::<Value>().unwrap()["timeEnd"], 1_700_000_000_000_i64);
}

#[test]
fn a_region_that_could_not_be_found_again_is_refused() {
    use grafana_client::{Error, Region};
    let tags = |tags: &[&str]| Tags::parse(tags.iter().copied()).unwrap();
    assert!(matches!(Region::new(at(1), tags(&["deployment-start"]), "x"), Err(Error::Tags { .. })));
    assert!(matches!(Region::new(at(1), tags(&["run"]), "x"), Err(Error::Tags { .. })));
    assert!(matches!(Region::new(at(1), tags(&["run:1"]), " "), Err(Error::Text)));
    assert!(matches!(Region::new(at(0), tags(&["run:1"]), "x"), Err(Error::Time { .. })));
    assert!(matches!(Outcome::new(at(-5), tags(&["a"]), "x"), Err(Error::Time { .. })));
}
