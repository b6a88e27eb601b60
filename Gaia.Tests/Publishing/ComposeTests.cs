using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Gaia.Tests.Publishing;

/// <summary>docker-compose.yml, as far as it can be read; Gaia.Tests/Containers runs it.</summary>
public sealed class ComposeTests
{
    // Where the infrastructure and the files are is the compose file's own affair.
    private static readonly string[] Fixed = ["DATABASE_URL", "NATS_URL", "ASSET_PATH", "GATEWAY_PORT", "GAIA_REPLICAS"];

    private static readonly Dictionary<string, Dictionary<string, object>> Services = Read("docker-compose.yml");

    [Theory]
    [InlineData(Resources.Auth)]
    [InlineData(Resources.Chat)]
    [InlineData(Resources.Asset)]
    [InlineData(Resources.Gateway)]
    public void Every_variable_that_a_service_reads_reaches_it_from_the_env_file(string service)
    {
        var environment = (Dictionary<object, object>)Services[service]["environment"];

        Assert.All(
            EnvironmentVariables.All.Where(variable => variable.IsReadBy(service) && !Fixed.Contains(variable.Name)),
            variable => Assert.StartsWith($"${{{variable.Name}:-", (string)environment.GetValueOrDefault(variable.Name, ""), StringComparison.Ordinal));
    }

    [Fact]
    public void Its_services_are_those_of_the_graph_and_only_the_gateway_is_public()
    {
        Assert.Equal(["asset", "auth", "chat", "db", "gateway", "nats", "redis"], Services.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["gateway"], Services.Where(service => service.Value.ContainsKey("build") && service.Value.ContainsKey("ports")).Select(service => service.Key));

        foreach (var (name, service) in Services.Where(service => service.Value.ContainsKey("build")))
        {
            Assert.True(Directory.Exists(Path.Combine(Publisher.Repository, ProjectOf(service))), name);
            Assert.All(((Dictionary<object, object>)service["depends_on"]).Keys, other => Assert.Contains((string)other, Services.Keys));
        }
    }

    [Theory]
    [InlineData(Resources.Auth)]
    [InlineData(Resources.Chat)]
    [InlineData(Resources.Asset)]
    [InlineData(Resources.Gateway)]
    public void A_service_may_write_temporary_files_only_and_has_no_capability(string name)
    {
        var service = Services[name];

        Assert.Equal("true", service["read_only"]);
        Assert.Equal(["/tmp"], (List<object>)service["tmpfs"]);
        Assert.Equal(["ALL"], (List<object>)service["cap_drop"]);
        Assert.Equal(["no-new-privileges:true"], (List<object>)service["security_opt"]);
    }

    [Fact]
    public void Every_service_that_is_built_is_published_by_the_Dockerfile()
    {
        var published = File.ReadLines(Path.Combine(Publisher.Repository, "Dockerfile")).Single(line => line.StartsWith("RUN for service in ", StringComparison.Ordinal))
            .Split(';')[0].Split(' ')[4..];

        Assert.Equal(Services.Values.Where(service => service.ContainsKey("build")).Select(ProjectOf).Order(StringComparer.Ordinal), published.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("redis", "--requirepass ${REDIS_PASSWORD:-redis_password}")]
    [InlineData("nats", "--user gaia --pass ${NATS_PASSWORD:-nats_password}")]
    public void A_server_asks_for_its_password(string server, string options) =>
        Assert.EndsWith(options, (string)Services[server]["command"], StringComparison.Ordinal);

    [Theory]
    [InlineData("redis")]
    [InlineData("db")]
    [InlineData("nats")]
    public void A_server_is_reached_from_this_machine_only(string server) =>
        Assert.All((List<object>)Services[server]["ports"], port => Assert.StartsWith("127.0.0.1:", (string)port, StringComparison.Ordinal));

    [Fact]
    public void Every_password_that_has_a_default_can_be_a_docker_secret()
    {
        var secret = Read("docker-compose.secrets.yml");
        var defaults = Services.Where(service => service.Value.ContainsKey("environment")).SelectMany(service =>
            from variable in (Dictionary<object, object>)service.Value["environment"]
            let known = EnvironmentVariables.All.FirstOrDefault(known => known.Name == (string)variable.Key)
            where known is { IsSecret: true } && known.Name is not "REDIS_URL" && !((string)variable.Value).EndsWith(":-}", StringComparison.Ordinal)
            select (Service: service.Key, known.Name)).Where(variable => variable.Name is not ("DATABASE_URL" or "NATS_URL")).ToList();

        Assert.Contains(("gateway", "IDENTITY_KEY"), defaults);
        Assert.All(defaults, variable =>
        {
            var environment = (Dictionary<object, object>)secret[variable.Service]["environment"];
            Assert.Equal(("", $"/run/secrets/{variable.Name.ToLowerInvariant()}"), ((string)environment[variable.Name], (string)environment[$"{variable.Name}_FILE"]));
            Assert.Contains(variable.Name.ToLowerInvariant(), ((List<object>)secret[variable.Service]["secrets"]).Cast<string>());
        });
    }

    private static string ProjectOf(Dictionary<string, object> service) =>
        (string)((Dictionary<object, object>)((Dictionary<object, object>)service["build"])["args"])["SERVICE"];

    private static Dictionary<string, Dictionary<string, object>> Read(string name)
    {
        using var text = File.OpenText(Path.Combine(Publisher.Repository, name));
        var file = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(new MergingParser(new Parser(text)));
        return ((Dictionary<object, object>)file["services"]).ToDictionary(
            service => (string)service.Key,
            service => ((Dictionary<object, object>)service.Value).ToDictionary(setting => (string)setting.Key, setting => setting.Value));
    }
}
