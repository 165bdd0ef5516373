//! The answers of the hub's API, and of its proxy where nothing is behind a path.

use http::StatusCode;
use serde_json::json;

use super::Page;
use crate::member::Service;
use crate::wire::Answer;

/// What a page answers that is no running user server; `hub` is the ready hub pod, `stopping` says
/// that the proxy still has a route to a server that is gone, and `binder` is BinderHub's URL.
pub(crate) fn answer(page: Page<'_>, hub: Option<&Service>, stopping: bool, binder: &str) -> Answer {
    match (page, hub) {
        (Page::User(..), _) if stopping => not_found(StatusCode::SERVICE_UNAVAILABLE, binder),
        (Page::User(..), _) => not_found(StatusCode::FAILED_DEPENDENCY, binder),
        (Page::Other, _) => not_found(StatusCode::NOT_FOUND, binder),
        (_, None) => not_found(StatusCode::SERVICE_UNAVAILABLE, binder),
        (Page::Health, Some(_)) => Answer::new(StatusCode::OK, "text/html", ""),
        (Page::Version, Some(hub)) => {
            let version = hub.reports.as_deref().unwrap_or("6.1.1");
            Answer::python_json(StatusCode::OK, "application/json", &json!({"version": version}))
        }
        (Page::Api, Some(_)) => {
            let body = json!({"status": 403, "message": "Missing or invalid credentials."});
            Answer::python_json(StatusCode::FORBIDDEN, "application/json", &body)
        }
    }
}

/// The page of the chart's own error server, which stands behind the proxy.
fn not_found(status: StatusCode, binder: &str) -> Answer {
    let binder = binder.trim_end_matches('/');
    let page = format!(
        "<!DOCTYPE html>\n<html>\n<head><title>Binder not found</title></head>\n<body>\n\
         <h1>Binder not found</h1>\n<h4><a href=\"{binder}\">Binder home page</a></h4>\n</body>\n"
    );
    Answer::new(status, "text/html", page)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Last body lines and status of one of the recorded endpoints.
    fn recorded(path: &str) -> (u16, String) {
        let file = test_support::fixtures().join("binderhub/endpoints.txt");
        let text = std::fs::read_to_string(file).unwrap();
        let (_, rest) = text.split_once(&format!("## https://hub.staging.mybinder.org{path}\n")).unwrap();
        let (body, rest) = rest.split_once('[').unwrap();
        (rest[..3].parse().unwrap(), body.to_owned())
    }

    #[test]
    fn answers_are_the_recorded_ones() {
        let hub = Service::default();
        for path in [
            "/hub/api/health",
            "/hub/api/",
            "/hub/api/info",
            "/hub/health",
            "/hub/metrics",
            "/",
            "/user/doesntexist",
            "/other/x",
        ] {
            let answer = answer(Page::parse(path), Some(&hub), false, "https://ovh.staging.mybinder.org/");
            let (status, body) = recorded(path);
            assert_eq!(answer.status(), status, "{path}");
            assert!(
                answer.text().ends_with(body.trim_end_matches('\n')) || answer.text().ends_with(&body),
                "{path}"
            );
        }
    }

    #[test]
    fn without_a_hub_its_api_is_unavailable_and_the_proxy_stays() {
        for (path, status) in
            [("/hub/api/health", 503), ("/hub/api/", 503), ("/hub/api/x", 503), ("/user/a", 424), ("/", 404)]
        {
            assert_eq!(answer(Page::parse(path), None, false, "http://b").status(), status, "{path}");
        }
    }

    #[test]
    fn a_stopping_server_is_unavailable() {
        let hub = Service { reports: Some("5.0.0".to_owned()), ..Service::default() };
        assert_eq!(answer(Page::User("a", "api"), Some(&hub), true, "http://b").status(), 503);
        assert_eq!(answer(Page::Version, Some(&hub), false, "http://b").text(), r#"{"version": "5.0.0"}"#);
    }
}
