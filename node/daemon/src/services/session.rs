//! Logging in and out.

use std::sync::Arc;

use enplan_federation::wire::proto_time;
use enplan_proto::session::v1::session_service_server::SessionService;
use enplan_proto::session::v1::{
    LogInRequest, LogInResponse, LogOutRequest, LogOutResponse, User, WhoAmIRequest, WhoAmIResponse,
};
use tonic::{Request, Response, Status};

use super::Desk;
use crate::sessions::Caller;

pub(super) struct Logins(pub(super) Arc<Desk>);

#[tonic::async_trait]
impl SessionService for Logins {
    async fn log_in(&self, request: Request<LogInRequest>) -> Result<Response<LogInResponse>, Status> {
        let LogInRequest { username, password } = request.into_inner();
        let started = self.0.sessions.log_in(&username, password).await?;
        Ok(Response::new(LogInResponse {
            token: started.token,
            expires_at: Some(proto_time(started.caller.expires_at)),
            user: Some(self.user(&started.caller)),
        }))
    }

    async fn log_out(&self, request: Request<LogOutRequest>) -> Result<Response<LogOutResponse>, Status> {
        self.0.sessions.log_out(&request).await?;
        Ok(Response::new(LogOutResponse {}))
    }

    async fn who_am_i(&self, request: Request<WhoAmIRequest>) -> Result<Response<WhoAmIResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let expires_at = Some(proto_time(caller.expires_at));
        Ok(Response::new(WhoAmIResponse { user: Some(self.user(&caller)), expires_at }))
    }
}

impl Logins {
    fn user(&self, caller: &Caller) -> User {
        User {
            username: caller.user.name.to_string(),
            display_name: caller.display_name.clone(),
            roles: caller.user.roles.iter().map(ToString::to_string).collect(),
            unit: caller.user.unit.as_ref().map(|unit| unit.as_str().to_owned()).unwrap_or_default(),
            municipality: self.0.municipality.to_string(),
        }
    }
}
