//! From a request to the responder that answers it.

use http::{Method, StatusCode};
use names::Namespace;
use tokio::time::Instant;

use crate::hub::{Call, Found};
use crate::member::{Member, Service};
use crate::recording::Launch;
use crate::route::Route;
use crate::wire::{Answer, Play, Request};
use crate::world::{Opening, World};
use crate::{Error, binder, chance, hub};

/// An answer, and the user server that exists once the answer says so.
pub(crate) struct Reply {
    pub(crate) answer: Answer,
    pub(crate) opens: Option<Opening>,
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        Self { answer, opens: None }
    }
}

/// Answers a request and writes it into the log.
pub(crate) async fn answer(world: &World, request: &Request) -> Reply {
    let reply = match routed(world, request).await {
        Ok(reply) => reply,
        Err(error) => unavailable(&error.to_string()).into(),
    };
    world.journal.record(request, reply.answer.status(), (world.clock)());
    reply
}

async fn routed(world: &World, request: &Request) -> Result<Reply, Error> {
    match Route::parse(request.path()) {
        Route::Binder(namespace, path) => at_binder(world, &namespace, path, request).await,
        Route::Hub(namespace, path) => Ok(at_hub(world, &namespace, path, request).await?.into()),
        Route::Grafana => {
            let (now, fresh) = ((world.clock)(), chance::api_key()?);
            Ok(world.grafana().answer(request, now, &fresh).into())
        }
    }
}

async fn at_binder(
    world: &World,
    namespace: &Namespace,
    path: &str,
    request: &Request,
) -> Result<Reply, Error> {
    let member = match Member::read(&world.client, namespace).await {
        Ok(member) => member,
        Err(error) => return Ok(unread(namespace, &error).into()),
    };
    let Some(binder) = world.next(&member.binders) else {
        return Ok(recorded(world, "http-502-binderhub-down").into());
    };
    let answer = match (&request.method, binder::Page::parse(path)) {
        (&Method::GET, binder::Page::Build(spec)) => {
            return launch(world, namespace, spec, request, &member, binder);
        }
        (&Method::OPTIONS, _) => Answer::empty(StatusCode::OK)
            .with("Access-Control-Allow-Origin", "*")
            .with("Access-Control-Allow-Headers", "cache-control"),
        (&Method::GET | &Method::HEAD, page) => {
            binder::answer(page, &member, binder, &format!("/{namespace}/binder/"), &world.build_token)
        }
        _ => Answer::empty(StatusCode::METHOD_NOT_ALLOWED),
    };
    Ok(answer.into())
}

fn launch(
    world: &World,
    namespace: &Namespace,
    spec: &str,
    request: &Request,
    member: &Member,
    binder: &Service,
) -> Result<Reply, Error> {
    let query = request.query();
    let asked = binder::Asked {
        spec,
        accept: request.header("accept"),
        bad_token: query.first("build_token").is_some_and(|token| token != world.build_token),
        build_only: query.first("build_only") == Some("true"),
        plays: binder.plays.as_deref(),
        hub_ready: !member.hubs.is_empty(),
    };
    let name = binder::choose(&asked, &world.shelf);
    let Some(recording) = world.shelf.get(name).filter(|recording| recording.launch().is_some()) else {
        return Ok(recorded(world, name).into());
    };
    let server = format!("{}-{}", binder::server_name(spec), chance::suffix()?);
    let (host, path) = (request.host(), format!("/{namespace}/hub/user/{server}/"));
    let launch = Launch {
        url: format!("http://{host}{path}"),
        path,
        token: chance::token()?,
        launch_host: format!("http://{host}/{namespace}/binder/"),
    };
    let play = Play::new(&recording.as_launch(&launch), world.speed);
    let opens = Opening { namespace: namespace.clone(), name: server, token: launch.token };
    Ok(Reply { answer: Answer::Played(Box::new(play)), opens: Some(opens) })
}

async fn at_hub(
    world: &World,
    namespace: &Namespace,
    path: &str,
    request: &Request,
) -> Result<Answer, Error> {
    let binder = format!("http://{}/{namespace}/binder/", request.host());
    let page = hub::Page::parse(path);
    let hub = match page {
        hub::Page::User(name, below) => {
            let (kernel, now) = (chance::uuid()?, Instant::now());
            return Ok(match world.users().find(namespace, name, now, world.stopping) {
                Found::Running(server) => {
                    Call::parse(&request.method, below).answer(server, request, &kernel, now)
                }
                Found::Stopping => hub::answer(page, None, true, &binder),
                Found::Unknown => hub::answer(page, None, false, &binder),
            });
        }
        hub::Page::Other => None,
        _ => match Member::read(&world.client, namespace).await {
            Ok(member) => world.next(&member.hubs).cloned(),
            Err(error) => return Ok(unread(namespace, &error)),
        },
    };
    Ok(hub::answer(page, hub.as_ref(), false, &binder))
}

fn recorded(world: &World, name: &str) -> Answer {
    match world.shelf.get(name) {
        Some(recording) => Answer::Played(Box::new(Play::new(recording, world.speed))),
        None => unavailable("no such recording"),
    }
}

fn unread(namespace: &Namespace, error: &kube::Error) -> Answer {
    unavailable(&format!("the pods of {namespace} cannot be read: {error}"))
}

/// The stand-in itself cannot answer; no recorded server says it so.
fn unavailable(reason: &str) -> Answer {
    Answer::new(StatusCode::SERVICE_UNAVAILABLE, "text/plain", format!("stand-in: {reason}\n"))
}
