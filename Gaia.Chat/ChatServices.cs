using Gaia.Chat.Personas;

namespace Gaia.Chat;

internal static class ChatServices
{
    public static void AddChatServices(this IHostApplicationBuilder builder)
    {
        builder.Services.AddValidation();
        builder.AddDatabase<ChatDb>(Resources.ChatDb);
        builder.Services.AddScoped<PersonaReader>();
    }
}
