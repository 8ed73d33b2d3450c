// The shortcodes people and apps use most, by their names in Slack. Unknown ones stay as they were typed.

const TABLE = `
smile 😄|slightly_smiling_face 🙂|simple_smile 🙂|grinning 😀|smiley 😃|grin 😁|laughing 😆|joy 😂|rofl 🤣|sweat_smile 😅
wink 😉|blush 😊|innocent 😇|heart_eyes 😍|star-struck 🤩|kissing_heart 😘|yum 😋|hugging_face 🤗|thinking_face 🤔
neutral_face 😐|expressionless 😑|no_mouth 😶|smirk 😏|unamused 😒|relieved 😌|pensive 😔|sleepy 😪|sleeping 😴
confused 😕|worried 😟|slightly_frowning_face 🙁|open_mouth 😮|astonished 😲|flushed 😳|cry 😢|sob 😭|disappointed 😞
sweat 😓|weary 😩|tired_face 😫|triumph 😤|angry 😠|rage 😡|scream 😱|sunglasses 😎|nerd_face 🤓|face_with_monocle 🧐
partying_face 🥳|upside_down_face 🙃|face_with_rolling_eyes 🙄|shrug 🤷|facepalm 🤦|exploding_head 🤯|robot_face 🤖|ghost 👻
wave 👋|raised_hand ✋|ok_hand 👌|v ✌️|crossed_fingers 🤞|point_left 👈|point_right 👉|point_up ☝️|point_up_2 👆|point_down 👇
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|fist ✊|facepunch 👊|clap 👏|raised_hands 🙌|open_hands 👐|pray 🙏|handshake 🤝
writing_hand ✍️|muscle 💪|eyes 👀|eye 👁️|brain 🧠|speech_balloon 💬|thought_balloon 💭|zzz 💤
heart ❤️|orange_heart 🧡|yellow_heart 💛|green_heart 💚|blue_heart 💙|purple_heart 💜|black_heart 🖤|broken_heart 💔|sparkling_heart 💖
star ⭐|star2 🌟|sparkles ✨|zap ⚡|fire 🔥|boom 💥|tada 🎉|confetti_ball 🎊|balloon 🎈|gift 🎁|trophy 🏆|medal 🏅|first_place_medal 🥇
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|heavy_multiplication_x ✖️
warning ⚠️|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|exclamation ❗|heavy_exclamation_mark ❗|question ❓|grey_question ❔|bangbang ‼️
information_source ℹ️|bulb 💡|bell 🔔|no_bell 🔕|loudspeaker 📢|mega 📣|lock 🔒|unlock 🔓|closed_lock_with_key 🔐|key 🔑|shield 🛡️
calendar 📆|date 📅|spiral_calendar_pad 🗓️|alarm_clock ⏰|stopwatch ⏱️|timer_clock ⏲️|hourglass ⌛|hourglass_flowing_sand ⏳|watch ⌚|clock1 🕐|clock9 🕘
memo 📝|pencil 📝|pencil2 ✏️|notebook 📓|ledger 📒|book 📖|books 📚|bookmark 🔖|page_facing_up 📄|clipboard 📋|pushpin 📌|round_pushpin 📍|paperclip 📎|link 🔗
file_folder 📁|open_file_folder 📂|package 📦|wastebasket 🗑️|mag 🔍|mag_right 🔎|gear ⚙️|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|toolbox 🧰
computer 💻|telephone_receiver 📞|iphone 📱|email 📧|envelope ✉️|incoming_envelope 📨|inbox_tray 📥|outbox_tray 📤|video_camera 📹|camera 📷|movie_camera 🎥
chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊|dart 🎯|compass 🧭|world_map 🗺️|rocket 🚀|seedling 🌱|herb 🌿|four_leaf_clover 🍀|deciduous_tree 🌳|evergreen_tree 🌲
sunny ☀️|partly_sunny ⛅|cloud ☁️|umbrella ☔|snowflake ❄️|rainbow 🌈|crescent_moon 🌙|ocean 🌊|sunrise 🌅|mountain ⛰️
coffee ☕|tea 🍵|beer 🍺|beers 🍻|wine_glass 🍷|cake 🍰|birthday 🎂|cookie 🍪|pizza 🍕|apple 🍎|hamburger 🍔
cat 🐱|dog 🐶|mouse 🐭|bear 🐻|panda_face 🐼|owl 🦉|penguin 🐧|bee 🐝|butterfly 🦋|turtle 🐢|unicorn_face 🦄
bust_in_silhouette 👤|busts_in_silhouette 👥|woman 👩|man 👨|baby 👶|technologist 🧑‍💻|student 🧑‍🎓|teacher 🧑‍🏫|people_hugging 🫂|walking 🚶|runner 🏃
house 🏠|office 🏢|school 🏫|classical_building 🏛️|airplane ✈️|car 🚗|train 🚋|bike 🚲|earth_africa 🌍|earth_americas 🌎|earth_asia 🌏|globe_with_meridians 🌐
arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrow_upper_right ↗️|arrows_counterclockwise 🔄|repeat 🔁|back 🔙|soon 🔜|new 🆕|free 🆓|ok 🆗|heavy_plus_sign ➕|heavy_minus_sign ➖
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|zero 0️⃣|keycap_ten 🔟|100 💯|hash #️⃣
red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|large_purple_circle 🟣|white_circle ⚪|black_circle ⚫|radio_button 🔘
white_square ◽|white_large_square ⬜|black_large_square ⬛|small_blue_diamond 🔹|large_blue_diamond 🔷|small_orange_diamond 🔸|checkered_flag 🏁|triangular_flag_on_post 🚩|white_flag 🏳️
musical_note 🎵|notes 🎶|art 🎨|guitar 🎸|soccer ⚽|basketball 🏀|chess_pawn ♟️|jigsaw 🧩|game_die 🎲|moneybag 💰|credit_card 💳|crystal_ball 🔮|scroll 📜|label 🏷️`;

const EMOJI = new Map(
  TABLE.trim()
    .split(/[|\n]/)
    .map((entry) => {
      const gap = entry.indexOf(" ");
      return [entry.slice(0, gap), entry.slice(gap + 1)];
    }),
);

const SKIN_TONES = ["", "", "🏻", "🏼", "🏽", "🏾", "🏿"];

/** The character of a shortcode (with or without a skin tone), or null. */
export function emojiOf(name, skinTone = 0) {
  const [plain, toned] = name.split("::skin-tone-");
  const found = EMOJI.get(plain);
  return found ? found + (SKIN_TONES[Number(toned ?? skinTone)] ?? "") : null;
}

/** Text with its known :shortcodes: replaced. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+(?:::skin-tone-[2-6])?):/g, (code, name) => emojiOf(name) ?? code);
}
