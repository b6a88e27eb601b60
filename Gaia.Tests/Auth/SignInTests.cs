using System.Net;
using System.Text.Json;

namespace Gaia.Tests.Auth;

[Collection(nameof(AuthFixture))]
public sealed class SignInTests(AuthFixture fixture)
{
    private static readonly string[] NotAcceptable =
    [
        "short", "password", "Password1", "PASSWORD123!", "qwertyuiop", "iloveyou", "aaaaaaaaaaaa", "1q2w3e4r5t", new('x', 5), new('y', 129),
    ];

    [Fact]
    public async Task Nothing_in_the_answer_tells_whether_an_account_exists()
    {
        var api = fixture.Api;
        var user = await api.SignUpAsync();

        using var wrong = await api.PostAsync("login", new { email = user.Email, password = "something else" });
        using var unknown = await api.PostAsync("login", new { email = AuthApi.SomeEmail(), password = "something else" });

        var problems = new[] { await Problem.ExpectAsync(wrong, HttpStatusCode.Unauthorized), await Problem.ExpectAsync(unknown, HttpStatusCode.Unauthorized) };
        Assert.Equal(Without(problems[0], "trace_id"), Without(problems[1], "trace_id"));
        Assert.Equal(wrong.Headers.Select(h => h.Key), unknown.Headers.Select(h => h.Key));
    }

    [Fact]
    public async Task The_case_and_blanks_around_an_email_do_not_matter()
    {
        var api = fixture.Api;
        var user = await api.SignUpAsync();

        Assert.Equal(user.Id, (await api.SignInAsync($" {user.Email.ToUpperInvariant()} ")).Id);
        using var again = await api.PostAsync("register", new { email = user.Email.ToUpperInvariant(), password = AuthApi.Password });
        await Problem.ExpectAsync(again, HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Passwords_that_are_short_endless_or_common_are_refused_by_field()
    {
        foreach (var password in NotAcceptable)
        {
            using var answer = await fixture.Api.PostAsync("register", new { email = AuthApi.SomeEmail(), password });

            var problem = await Problem.ExpectAsync(answer, HttpStatusCode.UnprocessableEntity);
            Assert.True(problem.GetProperty("errors").TryGetProperty("password", out _), password);
        }
    }

    [Fact]
    public async Task Guessing_is_slowed_down_and_parallel_guesses_do_not_slip_through()
    {
        await using var auth = await fixture.StartAsync("guessed", new() { ["Attempts:Interval"] = "01:00:00", ["Passwords:Parallelism"] = "20" });
        var (victim, attacker) = (new AuthApi(auth), new AuthApi(auth));
        var user = await victim.SignUpAsync();
        await victim.SignInAsync(user.Email);

        var guesses = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => StatusAsync(attacker, user.Email, $"guess number {i}")));

        Assert.Equal(10, guesses.Count(s => s == HttpStatusCode.Unauthorized));
        Assert.Equal(10, guesses.Count(s => s == HttpStatusCode.TooManyRequests));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(attacker, user.Email, AuthApi.Password));

        // The owner, from where the owner always is, notices nothing.
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(victim, user.Email, AuthApi.Password));
    }

    [Fact]
    public async Task Guesses_from_many_addresses_have_a_bound_that_does_not_lock_the_owner_out()
    {
        await using var strict = await fixture.StartAsync("strict", new() { ["Attempts:AccountBurst"] = "5", ["Attempts:AccountInterval"] = "01:00:00" });
        var owner = new AuthApi(strict);
        var user = await owner.SignUpAsync();
        await owner.SignInAsync(user.Email);

        var guesses = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => StatusAsync(new AuthApi(strict), user.Email, $"guess number {i}")));

        Assert.Equal(5, guesses.Count(s => s == HttpStatusCode.TooManyRequests));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(owner, user.Email, AuthApi.Password));
    }

    [Theory]
    [InlineData("{\"email\":")]
    [InlineData("[]")]
    [InlineData("{\"email\":1,\"password\":2}")]
    public async Task A_body_that_is_not_what_it_should_be_is_400(string body)
    {
        using var answer = await fixture.Api.PostAsync("login", body);

        await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_body_with_gaps_names_every_field()
    {
        using var answer = await fixture.Api.PostAsync("register", new { name = "a\0b" });

        var errors = (await Problem.ExpectAsync(answer, HttpStatusCode.UnprocessableEntity)).GetProperty("errors");
        Assert.Equal(["email", "name", "password"], errors.EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_changed_password_ends_every_other_session()
    {
        var api = fixture.Api;
        var here = await api.SignUpAsync();
        var elsewhere = await api.SignInAsync(here.Email);

        await api.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Post, "password", new { current_password = "a wrong guess", new_password = "a different one" }, here.Principal);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "password", new { current_password = AuthApi.Password, new_password = "a different one" }, here.Principal);

        Assert.True(await api.AcceptsAsync(here.AccessToken));
        Assert.False(await api.AcceptsAsync(elsewhere.AccessToken));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(api, here.Email, AuthApi.Password));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(api, here.Email, "a different one"));
    }

    [Fact]
    public async Task Logging_out_everywhere_ends_every_session()
    {
        var api = fixture.Api;
        var here = await api.SignUpAsync();
        var elsewhere = await api.SignInAsync(here.Email);

        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "logout", new { everywhere = true }, here.Principal);

        Assert.False(await api.AcceptsAsync(here.AccessToken));
        Assert.False(await api.AcceptsAsync(elsewhere.AccessToken));
        Assert.True(await api.AcceptsAsync((await api.SignInAsync(here.Email)).AccessToken));
    }

    private static async Task<HttpStatusCode> StatusAsync(AuthApi api, string email, string password)
    {
        using var answer = await api.PostAsync("login", new { email, password });
        return answer.StatusCode;
    }

    private static string Without(JsonElement problem, string property) =>
        string.Join('\n', problem.EnumerateObject().Where(p => p.Name != property).Select(p => $"{p.Name}={p.Value}"));
}
