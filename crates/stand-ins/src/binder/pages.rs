//! The answers of BinderHub that are no stream, in the form of the recordings.

use http::StatusCode;
use serde_json::{Value, json};

use super::Page;
use crate::member::{Member, Service};
use crate::wire::Answer;

/// The version of the script in the recorded page.
const BUNDLE: &str = "7ac4687ed27077288cec5c386b87c538cb804a1dbfd7f7ab1fde78730c8b9259769da7d5c11b118bbbf3e433fd44e0f0e17316d4745f773132b582819a4fe645";
const HTML: &str = "text/html; charset=UTF-8";

/// What a page answers; `binder` is the pod that was asked, `base` BinderHub's base path, and
/// `build_token` the token that a page may launch with.
pub(crate) fn answer(
    page: Page<'_>,
    member: &Member,
    binder: &Service,
    base: &str,
    build_token: &str,
) -> Answer {
    let answer = match page {
        Page::Versions => Answer::python_json(StatusCode::OK, "application/json", &versions(binder)),
        Page::Health => health(!member.hubs.is_empty()),
        Page::RepoProviders => Answer::python_json(StatusCode::OK, "application/json", &repo_providers()),
        Page::Bundle => Answer::new(StatusCode::OK, "text/javascript", "\"stand-in\";\n"),
        Page::Styles => Answer::new(StatusCode::OK, "text/css", "/* stand-in */\n"),
        Page::Ui | Page::Build(_) => Answer::new(StatusCode::OK, HTML, ui(base, build_token)),
    };
    answer.with("Access-Control-Allow-Origin", "*").with("Access-Control-Allow-Headers", "cache-control")
}

fn versions(binder: &Service) -> Value {
    let builder = match &binder.build_image {
        Some(image) => json!({"build_image": image}),
        None => json!({"repo2docker-version": "2026.4.0"}),
    };
    json!({"builder_info": builder, "binderhub": binder.version})
}

fn health(hub: bool) -> Answer {
    let status = if hub { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let checks = json!([
        {"service": "Docker registry", "ok": true},
        {"service": "JupyterHub API", "ok": hub},
        {"service": "Pod quota", "total_pods": 0, "build_pods": 0, "user_pods": 0, "quota": 20, "ok": true,
         "_ignore_failure": true},
    ]);
    let content = "application/json; charset=UTF-8";
    Answer::python_json(status, content, &json!({"ok": hub, "checks": checks}))
}

fn repo_providers() -> Value {
    json!([{
        "displayName": "GitHub",
        "id": "gh",
        "spec": {"validateRegex": "[^/]+/[^/]+/.+"},
        "detect": {"regex": "^(https?://github.com/)?(?<repo>.*[^/])/?"},
        "repo": {
            "label": "GitHub repository name or URL",
            "placeholder": "example: binder-examples/requirements or https://github.com/binder-examples/requirements",
            "urlEncode": false,
        },
        "ref": {"enabled": true, "default": "HEAD"},
    }])
}

fn ui(base: &str, build_token: &str) -> String {
    let config = json!({
        "baseUrl": base,
        "buildToken": build_token,
        "repoProviders": repo_providers(),
    });
    format!(
        "<!DOCTYPE html>\n<html>\n<head>\n<title>Binder</title>\n\
         <link href=\"{base}static/dist/styles.css\" rel=\"stylesheet\">\n\
         <script>window.pageConfig = {config};</script>\n</head>\n<body>\n<div id=\"root\"></div>\n\
         <p>Turn a GitHub repository into interactive notebooks</p>\n\
         <script src=\"{base}static/dist/bundle.js?v={BUNDLE}\"></script>\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(page: Page<'_>, hub: bool, binder: &Service) -> (u16, String) {
        let hubs = if hub { vec![Service::default()] } else { Vec::new() };
        let member = Member { binders: vec![binder.clone()], hubs };
        let answer = answer(page, &member, binder, "/staging/binder/", "TOKEN");
        (answer.status(), answer.text())
    }

    /// The body of one of the recorded endpoints.
    fn recorded(file: &str, heading: &str) -> String {
        let text = std::fs::read_to_string(test_support::fixtures().join("binderhub").join(file)).unwrap();
        let body = text.split_once(heading).unwrap().1.trim_start().lines().next().unwrap();
        body.to_owned()
    }

    #[test]
    fn health_is_what_was_recorded() {
        let binder = Service::default();
        assert_eq!(ask(Page::Health, true, &binder), (200, recorded("health-ok.txt", "")));
        let down = ask(Page::Health, false, &binder);
        assert!(recorded("health-hub-down.txt", "").starts_with(&format!("[{} ", down.0)));
        let value: Value = serde_json::from_str(&down.1).unwrap();
        assert_eq!((&value["ok"], &value["checks"][1]["ok"]), (&json!(false), &json!(false)));
    }

    #[test]
    fn versions_have_the_recorded_form() {
        let mut binder = Service { version: "0+unknown".to_owned(), ..Service::default() };
        let body = recorded("endpoints.txt", "## https://ovh.staging.mybinder.org/versions");
        assert_eq!(ask(Page::Versions, true, &binder), (200, body));
        binder.build_image = Some("quay.io/r2d:1".to_owned());
        let body = r#"{"builder_info": {"build_image": "quay.io/r2d:1"}, "binderhub": "0+unknown"}"#;
        assert_eq!(ask(Page::Versions, true, &binder), (200, body.to_owned()));
    }

    #[test]
    fn the_first_repository_provider_is_the_recorded_one() {
        let body = recorded("endpoints.txt", "## https://ovh.staging.mybinder.org/api/repoproviders");
        let (_, text) = ask(Page::RepoProviders, true, &Service::default());
        assert!(body.starts_with(text.strip_suffix(']').unwrap()), "{text}");
    }

    #[test]
    fn the_page_links_its_script_and_carries_a_token() {
        let (status, text) = ask(Page::Ui, true, &Service::default());
        let script = recorded("endpoints.txt", "## https://ovh.staging.mybinder.org/_config");
        let script = script.replace("/static/", "/staging/binder/static/");
        assert_eq!(status, 200);
        assert!(text.contains(&script), "{text}");
        assert!(text.contains("GitHub") && text.contains(r#""buildToken":"TOKEN""#), "{text}");
    }
}
