using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gaia.Tests.Identity;

public sealed class InternalIdentityTests
{
    private const string Key = "a key of thirty-two characters or";
    private const string LongKey = "a key long enough for every algorithm of the family, which is sixty-four";

    private readonly SetClock clock = new();

    [Fact]
    public async Task What_the_gateway_says_of_a_caller_arrives_whole()
    {
        var caller = new Principal(Guid.CreateVersion7(), AuthType.Jwt, "key-1", [Scopes.Chat, Scopes.PersonasWrite], clock.Now.AddDays(1), IsKeyExchange: true);

        var read = await Identity(Key).ReadAsync(Identity(Key).Mint(caller));

        Assert.NotNull(read);
        Assert.Equal(caller.Scopes, read.Scopes);
        Assert.Equal(caller with { Scopes = [] }, read with { Scopes = [] });
    }

    [Fact]
    public async Task An_anonymous_caller_is_vouched_for_too()
    {
        var read = await Identity(Key).ReadAsync(Identity(Key).Mint(Principal.Anonymous));

        Assert.NotNull(read);
        Assert.Null(read.Subject);
        Assert.Empty(read.Scopes);
    }

    [Fact]
    public async Task It_ends_after_a_minute()
    {
        var token = Identity(Key).Mint(Principal.Anonymous);

        clock.Now = clock.Now.AddSeconds(50);
        Assert.NotNull(await Identity(Key).ReadAsync(token));

        clock.Now = clock.Now.AddSeconds(20);
        Assert.Null(await Identity(Key).ReadAsync(token));
    }

    [Fact]
    public async Task It_does_not_outlive_the_callers_credential()
    {
        var token = Identity(Key).Mint(new(Guid.CreateVersion7(), AuthType.Jwt, "session-1", [], clock.Now.AddSeconds(10)));

        clock.Now = clock.Now.AddSeconds(20);
        Assert.Null(await Identity(Key).ReadAsync(token));
    }

    [Fact]
    public async Task Nobody_else_can_say_it()
    {
        var genuine = Identity(Key).Mint(Principal.Anonymous);
        var (header, payload) = (genuine.Split('.')[0], genuine.Split('.')[1]);
        var unsigned = Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""");

        Assert.Null(await Identity(Key).ReadAsync(Identity("another key, thirty-two characters").Mint(Principal.Anonymous)));
        Assert.Null(await Identity(Key).ReadAsync($"{unsigned}.{payload}."));
        Assert.Null(await Identity(Key).ReadAsync($"{header}.{payload}."));
        Assert.Null(await Identity(Key).ReadAsync("nonsense"));
    }

    [Theory]
    [InlineData("gaia-gateway", "somewhere-else", SecurityAlgorithms.HmacSha256)]
    [InlineData("someone-else", "gaia-internal", SecurityAlgorithms.HmacSha256)]
    [InlineData("gaia-gateway", "gaia-internal", SecurityAlgorithms.HmacSha384)]
    public async Task A_token_with_the_right_key_for_another_purpose_is_refused(string issuer, string audience, string algorithm)
    {
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(LongKey));
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            Expires = clock.Now.AddSeconds(30).UtcDateTime,
            NotBefore = clock.Now.UtcDateTime,
            IssuedAt = clock.Now.UtcDateTime,
            Claims = new Dictionary<string, object> { ["auth_type"] = nameof(AuthType.None), ["scope"] = "" },
            SigningCredentials = new(key, algorithm),
        });

        Assert.NotNull(await Identity(LongKey).ReadAsync(Identity(LongKey).Mint(Principal.Anonymous)));
        Assert.Null(await Identity(LongKey).ReadAsync(token));
    }

    private InternalIdentity Identity(string key) => new(Options.Create(new IdentityOptions { Key = key }), clock);

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
