//! The port: connections, one after another request on each.

use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::wire::{Answer, play, read};
use crate::world::World;
use crate::{Config, Error, dispatch};

/// After this many refused connections in a row the listener is given up.
const REFUSALS: u32 = 100;
/// Time for the clients to give descriptors back.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves the stand-ins on a listener until the future is dropped; connections end with it.
///
/// `client` reads the pods of every namespace that is asked for.
///
/// # Errors
///
/// [`Error::Recording`] and [`Error::Random`] before the first connection, [`Error::Accept`] once
/// the listener refuses a hundred connections in a row.
pub async fn serve(listener: TcpListener, config: Config, client: kube::Client) -> Result<(), Error> {
    let world = Arc::new(World::new(config, client)?);
    let mut connections = JoinSet::new();
    let mut refusals = 0;
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => {
                    refusals = 0;
                    connections.spawn(connection(socket, Arc::clone(&world)));
                }
                Err(source) if refusals >= REFUSALS => return Err(Error::Accept { source }),
                Err(_) => {
                    refusals += 1;
                    tokio::time::sleep(PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// A connection that fails concerns nobody but its client.
async fn connection(socket: TcpStream, world: Arc<World>) {
    let _ = talk(socket, &world).await;
}

async fn talk(mut socket: TcpStream, world: &World) -> std::io::Result<()> {
    // Each recorded piece leaves at once, as it arrived.
    socket.set_nodelay(true)?;
    let (from, mut to) = socket.split();
    let mut from = BufReader::new(from);
    loop {
        let request = match read(&mut from).await {
            Ok(Some(request)) => request,
            Ok(None) => return Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                let head = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n";
                let text = format!("{head}Content-Length: {}\r\n\r\n{error}", error.to_string().len());
                return to.write_all(text.as_bytes()).await;
            }
            Err(error) => return Err(error),
        };
        let reply = dispatch::answer(world, &request).await;
        let again = match &reply.answer {
            Answer::Whole(whole) => {
                to.write_all(&whole.bytes(request.method != http::Method::HEAD)).await?;
                true
            }
            Answer::Played(recorded) => {
                let on_ready = || reply.opens.iter().for_each(|opening| world.open(opening));
                play(&mut from, &mut to, recorded, on_ready).await?
            }
        };
        let close = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        if close || !again {
            return to.shutdown().await;
        }
    }
}
