//! Free ports on the loopback address.

use std::net::{Ipv4Addr, TcpListener};

use crate::{Error, error};

/// A port that was free a moment ago. The kernel hands out others before it reuses one, so that
/// the program it is meant for finds it free; `several` keeps them apart from each other.
///
/// # Errors
/// [`Error::Io`] when the machine has none left.
pub fn free_port() -> Result<u16, Error> {
    let [port] = several()?;
    Ok(port)
}

/// `N` different free ports.
pub(crate) fn several<const N: usize>() -> Result<[u16; N], Error> {
    let mut listeners = Vec::new();
    let mut ports = [0; N];
    for port in &mut ports {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(error::io("bind", "127.0.0.1:0"))?;
        *port = listener.local_addr().map_err(error::io("bind", "127.0.0.1:0"))?.port();
        listeners.push(listener);
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
    #[test]
    fn ports_differ() {
        let mut ports = super::several::<8>().unwrap();
        ports.sort_unstable();
        assert!(ports.windows(2).all(|pair| pair[0] != pair[1]), "{ports:?}");
    }
}
