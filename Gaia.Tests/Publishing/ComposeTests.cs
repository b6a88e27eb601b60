using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Gaia.Tests.Publishing;

/// <summary>docker-compose.yml, as far as it can be read without a container engine.</summary>
public sealed class ComposeTests
{
    // Where the infrastructure and the files are is the compose file's own affair.
    private static readonly string[] Fixed = ["DATABASE_URL", "REDIS_URL", "NATS_URL", "ASSET_PATH", "GATEWAY_PORT", "GAIA_REPLICAS"];

    private static readonly Dictionary<string, Dictionary<string, object>> Services = Read();

    [Theory]
    [InlineData(Resources.Auth)]
    [InlineData(Resources.Chat)]
    [InlineData(Resources.Asset)]
    [InlineData(Resources.Gateway)]
    public void Every_variable_that_a_service_reads_reaches_it_from_the_env_file(string service)
    {
        var environment = (Dictionary<object, object>)Services[service]["environment"];

        Assert.All(
            KnownVariables.All.Where(variable => variable.IsReadBy(service) && !Fixed.Contains(variable.Name)),
            variable => Assert.StartsWith($"${{{variable.Name}:-", (string)environment.GetValueOrDefault(variable.Name, ""), StringComparison.Ordinal));
    }

    [Fact]
    public void Its_services_are_those_of_the_graph_and_only_the_gateway_is_public()
    {
        Assert.Equal(["asset", "auth", "chat", "db", "gateway", "nats", "redis"], Services.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["gateway"], Services.Where(service => service.Value.ContainsKey("build") && service.Value.ContainsKey("ports")).Select(service => service.Key));

        foreach (var (name, service) in Services.Where(service => service.Value.ContainsKey("build")))
        {
            var arguments = (Dictionary<object, object>)((Dictionary<object, object>)service["build"])["args"];
            Assert.True(Directory.Exists(Path.Combine(Publisher.Repository, (string)arguments["SERVICE"])), name);
            Assert.All(((Dictionary<object, object>)service["depends_on"]).Keys, other => Assert.Contains((string)other, Services.Keys));
        }
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

    private static Dictionary<string, Dictionary<string, object>> Read()
    {
        using var text = File.OpenText(Path.Combine(Publisher.Repository, "docker-compose.yml"));
        var file = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(new MergingParser(new Parser(text)));
        return ((Dictionary<object, object>)file["services"]).ToDictionary(
            service => (string)service.Key,
            service => ((Dictionary<object, object>)service.Value).ToDictionary(setting => (string)setting.Key, setting => setting.Value));
    }
}
