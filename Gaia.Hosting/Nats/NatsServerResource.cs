namespace Aspire.Hosting.ApplicationModel;

/// <summary>A NATS server; its connection string is <c>nats://user:password@host:port</c>.</summary>
public class NatsServerResource(string name) : ContainerResource(name), IResourceWithConnectionString
{
    internal const string PrimaryEndpointName = "tcp";

    private const string DefaultUserName = "nats";

    public NatsServerResource(string name, ParameterResource? userName, ParameterResource? password)
        : this(name)
    {
        UserNameParameter = userName;
        PasswordParameter = password;
    }

    public EndpointReference PrimaryEndpoint => new(this, PrimaryEndpointName);

    public EndpointReferenceExpression Host => PrimaryEndpoint.Property(EndpointProperty.Host);

    public EndpointReferenceExpression Port => PrimaryEndpoint.Property(EndpointProperty.Port);

    public ParameterResource? UserNameParameter { get; set; }

    public ReferenceExpression UserNameReference => UserNameParameter is null
        ? ReferenceExpression.Create($"{DefaultUserName}")
        : ReferenceExpression.Create($"{UserNameParameter}");

    public ParameterResource? PasswordParameter { get; set; }

    public ReferenceExpression ConnectionStringExpression => (PasswordParameter, UserNameParameter) switch
    {
        (null, _) => ReferenceExpression.Create($"nats://{Address}"),
        ({ } password, null) => ReferenceExpression.Create($"nats://{DefaultUserName:uri}:{password:uri}@{Address}"),
        ({ } password, { } user) => ReferenceExpression.Create($"nats://{user:uri}:{password:uri}@{Address}"),
    };

    public ReferenceExpression UriExpression => ConnectionStringExpression;

    private EndpointReferenceExpression Address => PrimaryEndpoint.Property(EndpointProperty.HostAndPort);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties()
    {
        yield return new("Host", ReferenceExpression.Create($"{Host}"));
        yield return new("Port", ReferenceExpression.Create($"{Port}"));
        yield return new("Username", UserNameReference);

        if (PasswordParameter is not null)
        {
            yield return new("Password", ReferenceExpression.Create($"{PasswordParameter}"));
        }

        yield return new("Uri", UriExpression);
    }
}
