//! Serving until told to stop.

use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use rustix::net::sockopt::set_tcp_user_timeout;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::error::{ApiError, ApiResult};

/// How long requests in flight may take once the server is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// How long a client may leave what it is sent unread before its connection is closed.
const UNREAD: Duration = Duration::from_secs(30);

/// Lets this process have as many connections as the system allows it, and not only as many as it starts
/// with.
pub fn allow_many_connections() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::debug!(%error, "the limit of open files stays as it is");
    }
}

/// Small events go out at once, and a client that reads nothing is let go.
fn set_up(connection: &mut TcpStream) {
    let timeout = u32::try_from(UNREAD.as_millis()).unwrap_or(u32::MAX);
    let set = connection
        .set_nodelay(true)
        .and_then(|()| Ok(set_tcp_user_timeout(&*connection, timeout)?));
    if let Err(error) = set {
        tracing::debug!(%error, "a connection is left as it is");
    }
}

/// Resolves at the first SIGINT or SIGTERM after this call.
pub fn stop_signal() -> ApiResult<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = listen_for(SignalKind::interrupt())?;
    let mut terminate = listen_for(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => tracing::info!("SIGINT: stopping"),
            _ = terminate.recv() => tracing::info!("SIGTERM: stopping"),
        }
    })
}

fn listen_for(kind: SignalKind) -> ApiResult<Signal> {
    signal(kind).map_err(|source| ApiError::Run {
        action: "listen for signals",
        source,
    })
}

/// Serves `app` until `stop` resolves; then finishes the requests in flight, for five seconds at
/// most.
pub async fn serve_until(
    listener: TcpListener,
    app: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> ApiResult<()> {
    let (stopping, mut stopped) = watch::channel(false);
    // Served as it is, every connection would make all routes anew: some 380 KiB each.
    let app = app.into_make_service();
    let server = axum::serve(listener.tap_io(set_up), app).with_graceful_shutdown(async move {
        stop.await;
        stopping.send_replace(true);
    });
    let patience = async move {
        if stopped.wait_for(|is_stopping| *is_stopping).await.is_ok() {
            tokio::time::sleep(GRACE).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        served = server => served.map_err(|source| ApiError::Run { action: "serve", source }),
        () = patience => {
            tracing::warn!("requests were still in flight after {} s", GRACE.as_secs());
            Ok(())
        }
    }
}
