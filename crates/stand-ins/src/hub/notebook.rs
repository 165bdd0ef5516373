//! The API of a user server, as a jupyter-server 2.21.1 answered it.

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::users::Server;
use crate::wire::{Answer, Request};

const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=UTF-8";

/// What a path below a user server asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// The version, which needs no token.
    Version,
    /// Counters; the right check of a token.
    Status,
    /// What kernels can be started.
    KernelSpecs,
    /// The files of the repository.
    Contents,
    /// Start a kernel.
    StartKernel,
    /// End the server.
    Shutdown,
    /// A page for people.
    Page,
    /// Nothing.
    Nothing,
}

impl Call {
    /// Parses method and path.
    pub(crate) fn parse(method: &Method, path: &str) -> Self {
        let read = method == Method::GET || method == Method::HEAD;
        match path.trim_end_matches('/') {
            "api" if read => Self::Version,
            "api/status" if read => Self::Status,
            "api/kernelspecs" if read => Self::KernelSpecs,
            "api/contents" if read => Self::Contents,
            "api/kernels" if method == Method::POST => Self::StartKernel,
            "api/shutdown" if method == Method::POST => Self::Shutdown,
            "" | "lab" | "tree" if read => Self::Page,
            _ => Self::Nothing,
        }
    }

    /// What the server answers, and what becomes of it; `kernel` names a kernel that may be started.
    pub(crate) fn answer(self, server: &mut Server, request: &Request, kernel: &str, now: Instant) -> Answer {
        let open = token(request).as_deref() == Some(server.token.as_str());
        match self {
            Self::Version => Answer::python_json(StatusCode::OK, JSON, &json!({"version": "2.21.1"})),
            Self::Page => Answer::new(StatusCode::OK, HTML, page("A Jupyter Server is running.", "")),
            Self::Shutdown | Self::StartKernel if !open => {
                let error = "<p>The error was:</p>\n<pre>&#39;_xsrf&#39; argument missing from POST</pre>\n";
                Answer::new(StatusCode::FORBIDDEN, "text/html", page("403 : Forbidden", error))
            }
            Self::Nothing => Answer::new(StatusCode::NOT_FOUND, HTML, page("404 : Not Found", "")),
            _ if !open => {
                let body = json!({"message": "Forbidden", "reason": null});
                Answer::python_json(StatusCode::FORBIDDEN, JSON, &body)
            }
            Self::Status => Answer::python_json(StatusCode::OK, JSON, &status(server)),
            Self::KernelSpecs => Answer::python_json(StatusCode::OK, JSON, &kernel_specs()),
            Self::Contents => Answer::python_json(StatusCode::OK, JSON, &contents(server.started)),
            Self::StartKernel => {
                server.kernels = server.kernels.saturating_add(1);
                Answer::python_json(StatusCode::CREATED, JSON, &started(server, kernel))
            }
            Self::Shutdown => {
                server.stop(now);
                Answer::new(StatusCode::OK, HTML, "")
            }
        }
    }
}

/// `Authorization: token T`, `Authorization: Bearer T` or `?token=T`.
fn token(request: &Request) -> Option<String> {
    let header = request.header("authorization").and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        let known = scheme.eq_ignore_ascii_case("token") || scheme.eq_ignore_ascii_case("bearer");
        known.then(|| token.trim().to_owned())
    });
    header.or_else(|| request.query().first("token").map(str::to_owned))
}

fn stamp(time: Timestamp) -> String {
    format!("{time:.6}")
}

fn status(server: &Server) -> Value {
    let time = stamp(server.started);
    json!({"connections": 0, "kernels": server.kernels, "last_activity": time, "started": time})
}

fn started(server: &Server, id: &str) -> Value {
    json!({
        "id": id,
        "name": "python3",
        "last_activity": stamp(server.started),
        "execution_state": "starting",
        "connections": 0,
    })
}

fn kernel_specs() -> Value {
    let spec = json!({
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "env": {},
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "interrupt_mode": "signal",
        "metadata": {"debugger": true},
    });
    let python = json!({"name": "python3", "spec": spec, "resources": {}});
    json!({"default": "python3", "kernelspecs": {"python3": python}})
}

fn contents(time: Timestamp) -> Value {
    let time = stamp(time);
    let file = |name: &str, kind: Value, size: u32| {
        json!({
            "name": name, "path": name, "last_modified": time, "created": time, "content": null,
            "format": null, "mimetype": kind, "size": size, "writable": true, "hash": null,
            "hash_algorithm": null, "type": "file",
        })
    };
    json!({
        "name": "", "path": "", "last_modified": time, "created": time,
        "content": [file("README.md", "text/markdown".into(), 31), file("Dockerfile", Value::Null, 49)],
        "format": "json", "mimetype": null, "size": null, "writable": true, "hash": null,
        "hash_algorithm": null, "type": "directory",
    })
}

fn page(heading: &str, rest: &str) -> String {
    format!(
        "<!DOCTYPE HTML>\n<html>\n<head>\n<title>Jupyter Server</title>\n</head>\n<body>\n\
         <h1>{heading}</h1>\n{rest}</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::tests::request;

    const TOKEN: &str = "SueHoo6NTveGWB_6cvH1qQ";

    /// The body that was recorded under a heading.
    fn recorded(heading: &str) -> String {
        let file = test_support::fixtures().join("binderhub/notebook-api.txt");
        let text = std::fs::read_to_string(file).unwrap();
        text.split_once(&format!("--- {heading}\n")).unwrap().1.lines().next().unwrap().to_owned()
    }

    fn ask(method: &str, target: &str, headers: &[(&str, &str)], server: &mut Server) -> (u16, String) {
        let request = request(method, target, headers);
        let call = Call::parse(&request.method, request.path().trim_start_matches('/'));
        let answer = call.answer(server, &request, "6552d4aa-dd89-46ff-bc84-9dcc6786a58e", Instant::now());
        (answer.status(), answer.text())
    }

    fn server() -> Server {
        Server::new(TOKEN.to_owned(), "2026-11-21T00:51:58.566962Z".parse().unwrap())
    }

    #[test]
    fn answers_are_the_recorded_ones() {
        let bearer = format!("Bearer {TOKEN}");
        let (bearer, wrong) = ([("Authorization", bearer.as_str())], [("Authorization", "token x")]);
        let query = format!("/api/status?token={TOKEN}");
        for (heading, target, headers, status) in [
            ("api (no token; public version)", "/api", &[][..], 200),
            ("api wrong token", "/api", &wrong, 200),
            ("api/status no token", "/api/status", &[], 403),
            ("api/status wrong token", "/api/status", &wrong, 403),
            ("api/status Bearer", "/api/status", &bearer, 200),
            ("api/status ?token=", &query, &[], 200),
        ] {
            assert_eq!(ask("GET", target, headers, &mut server()), (status, recorded(heading)), "{heading}");
        }
        // The recorder cut these two at 200 characters.
        let (_, specs) = ask("GET", "/api/kernelspecs", &bearer, &mut server());
        assert!(specs.starts_with(&recorded("api/kernelspecs")), "{specs}");
        let (_, contents) = ask("GET", "/api/contents", &bearer, &mut server());
        let value: Value = serde_json::from_str(&contents).unwrap();
        assert_eq!(value["content"][0]["name"], "README.md");
        for (target, headers) in [("/api/kernelspecs", &wrong), ("/api/contents", &wrong)] {
            assert_eq!(ask("GET", target, headers, &mut server()).0, 403, "{target}");
        }
    }

    #[test]
    fn kernels_are_started_and_counted() {
        let headers = [("Authorization", "token SueHoo6NTveGWB_6cvH1qQ")];
        let mut server = server();
        let (status, body) = ask("POST", "/api/kernels", &headers, &mut server);
        let (value, wanted): (Value, Value) = (
            serde_json::from_str(&body).unwrap(),
            serde_json::from_str(&recorded("api/kernels POST")).unwrap(),
        );
        assert_eq!(
            (status, &value["id"], &value["execution_state"]),
            (201, &wanted["id"], &wanted["execution_state"])
        );
        assert!(ask("GET", "/api/status", &headers, &mut server).1.contains("\"kernels\": 1"));
        assert_eq!(ask("POST", "/api/kernels", &[], &mut server).0, 403);
    }

    #[test]
    fn only_the_token_shuts_down() {
        let mut server = server();
        let (status, body) = ask("POST", "/api/shutdown", &[], &mut server);
        assert!(status == 403 && body.contains("&#39;_xsrf&#39; argument missing from POST"));
        assert_eq!(ask("GET", "/api/shutdown", &[], &mut server).0, 404);
        let target = format!("/api/shutdown?token={TOKEN}");
        assert_eq!(ask("POST", &target, &[], &mut server), (200, String::new()));
    }
}
