//! The port of this GitHub, and what breaks on it.

use http::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::{Fault, GitHub, objects, rest};
use crate::wire::{Answer, Request, read};

/// Serves a GitHub on a listener until the future is dropped; connections end with it.
pub async fn serve(listener: TcpListener, github: GitHub) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((socket, _)) = accepted {
                    let github = github.clone();
                    connections.spawn(async move {
                        let _ = connection(socket, &github).await;
                    });
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(mut socket: TcpStream, github: &GitHub) -> std::io::Result<()> {
    socket.set_nodelay(true)?;
    let (from, mut to) = socket.split();
    let mut from = BufReader::new(from);
    while let Some(request) = read(&mut from).await? {
        let (answer, fault) = handle(github, &request);
        match (answer, fault) {
            // The client hears nothing until it leaves.
            (_, Some(Fault::Hang | Fault::HangAfter)) => {
                while from.read(&mut [0; 64]).await? > 0 {}
                return Ok(());
            }
            (Answer::Whole(whole), Some(Fault::CutAfter)) => {
                let bytes = whole.bytes(true);
                to.write_all(bytes.get(..bytes.len() * 2 / 3).unwrap_or_default()).await?;
                return to.shutdown().await;
            }
            (Answer::Whole(whole), _) => to.write_all(&whole.bytes(true)).await?,
            (Answer::Played(_), _) => return Ok(()),
        }
    }
    Ok(())
}

/// The answer, and whether it is to be lost on the way.
fn handle(github: &GitHub, request: &Request) -> (Answer, Option<Fault>) {
    let mut state = github.state();
    let understood = match rest::understand(request) {
        Ok(understood) => understood,
        Err((status, body)) => {
            state.violations.push(format!("{} {}: HTTP {status}", request.method, request.path()));
            return (json(status, &body), None);
        }
    };
    state.asked.push(understood.asked.clone());
    let fault = state.chooser.as_mut().and_then(|choose| choose(&understood.asked));
    let limited = |status| {
        json(
            status,
            &json!({"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}),
        )
    };
    match fault {
        Some(Fault::Limited { retry_after }) => {
            return (limited(403).with("Retry-After", retry_after.to_string()), None);
        }
        Some(Fault::LimitedWithoutTime) => return (limited(403), None),
        Some(Fault::BadGateway) => return (gateway(), None),
        Some(Fault::Proxy) => {
            return (Answer::new(StatusCode::OK, "text/html", "<html>Please log in.</html>"), None);
        }
        Some(Fault::Hang) => return (Answer::empty(StatusCode::OK), fault),
        _ => {}
    }
    if let Some((status, body)) = rest::bar(&state, request, understood.asked.writes) {
        return (json(status, &body), None);
    }
    let (status, body, link) = rest::answer(&mut state, request, &understood);
    if fault == Some(Fault::BadGatewayAfter) {
        return (gateway(), None);
    }
    let mut answer = json(status, &body);
    if let Some(link) = &link {
        answer = answer.with("Link", link.as_str());
    }
    if request.method == Method::GET && status == 200 {
        // Weak, as GitHub's are.
        let etag = format!("W/\"{}\"", objects::id("blob", format!("{body}{link:?}").as_bytes()));
        if request.header("if-none-match") == Some(etag.as_str()) {
            state.unchanged += 1;
            return (Answer::empty(StatusCode::NOT_MODIFIED).with("ETag", etag), fault);
        }
        answer = answer.with("ETag", etag);
    }
    (answer, fault)
}

fn json(status: u16, body: &serde_json::Value) -> Answer {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Answer::new(status, "application/json; charset=utf-8", body.to_string())
}

fn gateway() -> Answer {
    Answer::new(StatusCode::BAD_GATEWAY, "text/html", "<html>502 Bad Gateway</html>")
}
