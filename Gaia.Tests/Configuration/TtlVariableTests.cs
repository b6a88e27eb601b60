namespace Gaia.Tests.Configuration;

public sealed class TtlVariableTests
{
    [Fact]
    public void Unset_the_ttls_are_the_documented_ones()
    {
        using var service = new ConfiguredService();

        Assert.Equal([900, 600, 3600, 300, 600, 60], Seconds(service.Ttls));
    }

    [Fact]
    public void Each_variable_sets_its_own_ttl_and_wins_over_appsettings()
    {
        using var service = new ConfiguredService(
            ("CacheTtl:Jwt", "00:00:59"),
            ("AUTH_CACHE_TTL", "1"),
            ("API_KEY_CACHE_TTL", "2"),
            ("PERSONA_CACHE_TTL", "3"),
            ("PERSONA_LIST_CACHE_TTL", "4"),
            ("USER_PREF_CACHE_TTL", "5"),
            ("SERVICE_HEALTH_CACHE_TTL", "31536000"));

        Assert.Equal([1, 2, 3, 4, 5, 31_536_000], Seconds(service.Ttls));
    }

    private static double[] Seconds(CacheTtlOptions ttls) =>
    [
        ttls.Jwt.TotalSeconds, ttls.ApiKey.TotalSeconds, ttls.Persona.TotalSeconds,
        ttls.PersonaList.TotalSeconds, ttls.UserPreference.TotalSeconds, ttls.ServiceHealth.TotalSeconds,
    ];
}
