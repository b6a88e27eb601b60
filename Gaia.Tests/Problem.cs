using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gaia.Tests;

/// <summary>Checks that an answer is an RFC 9457 problem as api.md has it.</summary>
internal static class Problem
{
    public static async Task<JsonElement> Expect(HttpResponseMessage answer, HttpStatusCode status, string? detail = null)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);

        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("trace_id").GetString()));
        if (detail is not null)
        {
            Assert.Equal(detail, problem.GetProperty("detail").GetString());
        }

        return problem;
    }
}
