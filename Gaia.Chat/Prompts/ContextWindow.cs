using System.Globalization;
using Gaia.Chat.Errors;
using Gaia.Chat.Providers;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Prompts;

/// <summary>Makes a conversation fit into a model's window: the oldest turns are left out first, what the system says and the newest turn never.</summary>
internal static class ContextWindow
{
    // What is kept free for an answer whose length nobody limited.
    private const int AnswerTokens = 1_024;

    /// <summary>Whether nothing has to be left out.</summary>
    public static bool Holds(IReadOnlyList<ChatMessage> messages, Model model, int? maxOutputTokens) =>
        messages.Sum(TokenEstimate.Of) <= model.ContextTokens - AnswerOf(model, maxOutputTokens);

    /// <summary>How many tokens what the system says leaves to the turns.</summary>
    public static int RoomForTurns(IReadOnlyList<ChatMessage> messages, Model model, int? maxOutputTokens) =>
        model.ContextTokens - AnswerOf(model, maxOutputTokens) - messages.Where(IsSystem).Sum(TokenEstimate.Of);

    /// <exception cref="ChatException">Not even the newest turn fits.</exception>
    public static IReadOnlyList<ChatMessage> Fit(IReadOnlyList<ChatMessage> messages, Model model, int? maxOutputTokens)
    {
        var answer = AnswerOf(model, maxOutputTokens);
        var left = RoomForTurns(messages, model, maxOutputTokens);
        var kept = new HashSet<ChatMessage>(ReferenceEqualityComparer.Instance);

        foreach (var (age, turn) in Turns(messages).AsEnumerable().Reverse().Index())
        {
            left -= turn.Sum(TokenEstimate.Of);
            if (left < 0)
            {
                if (age > 0)
                {
                    break;
                }

                throw new ChatException(StatusCodes.Status400BadRequest, "context_length_exceeded", TooLong(model, answer, left), "messages");
            }

            kept.UnionWith(turn);
        }

        return [.. messages.Where(m => IsSystem(m) || kept.Contains(m))];
    }

    private static string TooLong(Model model, int answer, int left) => string.Create(
        CultureInfo.InvariantCulture,
        $"Model {model.Id} takes {model.ContextTokens} tokens, {answer} of them for the answer: the message and the system prompt are about {-left} too long");

    private static int AnswerOf(Model model, int? maxOutputTokens) => maxOutputTokens ?? Math.Min(AnswerTokens, model.ContextTokens / 4);

    private static bool IsSystem(ChatMessage message) => message.Role == ChatRole.System;

    /// <summary>A turn begins with what a user says; the calls of tools and their results stay together with it.</summary>
    private static List<List<ChatMessage>> Turns(IEnumerable<ChatMessage> messages)
    {
        List<List<ChatMessage>> turns = [];
        foreach (var message in messages.Where(m => !IsSystem(m)))
        {
            if (turns.Count == 0 || message.Role == ChatRole.User)
            {
                turns.Add([]);
            }

            turns[^1].Add(message);
        }

        return turns;
    }
}
