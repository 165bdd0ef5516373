//! Limits and answers as headers tell them, byte by byte.

use github_client::{Error, Repo};
use secrecy::SecretString;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::{TOKEN, http, patient};

async fn ask(answer: ResponseTemplate) -> Error {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/repos/me/deploy"))
        .and(header("x-github-api-version", "2022-11-28"))
        .and(header("accept", "application/vnd.github+json"))
        .and(header("authorization", format!("Bearer {TOKEN}").as_str()))
        .respond_with(answer)
        .mount(&server)
        .await;
    let token = Some(SecretString::from(TOKEN));
    let github = github_client::GitHub::new(http(), server.uri().parse().unwrap(), token).unwrap();
    let repo: Repo = "me/deploy".parse().unwrap();
    github.with_patience(patient()).repository(&repo).await.unwrap_err()
}

fn says(status: u16, message: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(serde_json::json!({"message": message}))
}

#[tokio::test]
async fn the_hour_of_a_token_ends_when_the_server_says_on_its_own_clock() {
    let answer = says(403, "API rate limit exceeded for user ID 1.")
        .insert_header("x-ratelimit-remaining", "0")
        .insert_header("x-ratelimit-reset", "1795860720")
        .insert_header("date", "Sat, 28 Nov 2026 09:42:00 GMT");
    let error = ask(answer).await;
    assert_eq!(
        error.to_string(),
        "GitHub limits the requests for another 1801 s: API rate limit exceeded for user ID 1."
    );
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let answer = says(403, "Resource not accessible by integration")
        .insert_header("x-accepted-github-permissions", "contents=write");
    let error = ask(answer).await;
    assert_eq!(
        error.to_string(),
        "the token may not do this: Resource not accessible by integration (it needs contents=write)"
    );
}

#[tokio::test]
async fn a_renamed_repository_is_named_and_not_followed() {
    let answer = says(301, "Moved Permanently")
        .insert_header("location", "https://api.github.com/repositories/17?secret=1");
    let error = ask(answer).await;
    assert_eq!(error.to_string(), "GitHub redirects to https://api.github.com/repositories/17");
}

#[tokio::test]
async fn a_token_that_an_answer_repeats_is_hidden() {
    let error = ask(says(401, &format!("Bad credentials {TOKEN}"))).await;
    assert_eq!(error.to_string(), "GitHub refuses the token: Bad credentials [token]");
}
