//! Brings a sandbox up: files, processes in their order, and the wait until each is ready.

pub(crate) mod access;
mod argv;
mod cluster;
mod keys;
mod ports;
mod run;
mod services;
mod start;

pub use ports::free_port;
pub use run::{Config, up};
pub use services::Service;
