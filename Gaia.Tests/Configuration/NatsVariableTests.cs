namespace Gaia.Tests.Configuration;

public sealed class NatsVariableTests
{
    [Theory]
    [InlineData("nats://bus", "nats://bus:4222")]
    [InlineData("tls://bus:5000", "tls://bus:5000")]
    [InlineData("nats://a,nats://b:5000", "nats://a:4222,nats://b:5000")]
    [InlineData("nats://user:p@ss/w%2Crd@bus", "nats://user:p%40ss%2Fw%2Crd@bus:4222")]
    [InlineData("nats://token@bus", "nats://token@bus:4222")]
    public void A_nats_url_wins_over_the_injected_one_with_its_credentials_escaped(string url, string used)
    {
        using var service = new ConfiguredService(("NATS_URL", url));

        Assert.Equal(used, service.NatsUrl);
    }

    [Fact]
    public void Without_a_nats_url_the_connection_is_the_injected_one()
    {
        using var service = new ConfiguredService();

        Assert.Equal("nats://nats:aspire@aspire-nats:2000", service.NatsUrl);
    }
}
