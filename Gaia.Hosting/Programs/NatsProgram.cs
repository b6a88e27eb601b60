using Aspire.Hosting.ApplicationModel;

namespace Gaia.Hosting;

internal static class NatsProgram
{
    public static ServerProgram Create(NatsServerResource nats) => new("nats-server", "NATS (package nats-server)", "nats.sh")
    {
        Environment = context =>
        {
            context.EnvironmentVariables["NATS_USER"] = nats.UserNameReference;
            context.EnvironmentVariables["NATS_PASSWORD"] = nats.PasswordParameter!;
        },
    };
}
