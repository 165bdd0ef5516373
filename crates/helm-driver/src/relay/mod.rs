//! The relay: Helm's only way to the cluster.
//!
//! An HTTP server on loopback that knows one credential, made for one run of Helm. Each request is
//! parsed once ([`api`]), decided about by a pure function ([`decide`]) and then forwarded with the
//! member's own client, answered here, or refused. In a plan nothing waits for the cluster that need not:
//! reads are answered from lists ([`shelf`]), and dry runs are tried side by side ([`ahead`]), and kinds
//! that it would define are answered for ([`definitions`]).

mod ahead;
mod answer;
mod api;
mod body;
mod decide;
mod definitions;
mod dry_run;
mod forward;
mod gate;
mod kubeconfig;
mod observed;
mod own;
mod protobuf;
mod record;
mod retry;
mod server;
mod shelf;
mod token;

#[cfg(test)]
mod decide_tests;
#[cfg(test)]
mod server_tests;

pub(crate) use api::Resource;
pub(crate) use gate::{Gate, Switch};
pub(crate) use observed::{Observed, Write};
pub(crate) use own::Own;
pub(crate) use server::{Purpose, Relay};
pub(crate) use token::hex;
